/// Words and phrases that guessers try first. What only adds digits, signs or a second time is found by `PasswordShape`.
enum CommonPasswords {
    static let words: Set<String> = Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let text = """
        password passwort passwords passw0rd pass passwd passphrase mypassword thepassword newpassword oldpassword
        yourpassword changeme changethis changeit letmein letmeinn welcome welcomeback welcomehome default secret topsecret
        mysecret iloveyou ilovehim iloveher iloveu iloveyousomuch iloveyouforever ilovemyself ilovemymom iloveme loveyou
        lovelove lovely loveme love forever foreveryoung admin administrator administrateur administrador adminadmin root
        rootroot toor superuser superadmin sysadmin user username guest guestguest test testing testtest tester testuser
        demo demodemo example sample temp temporary login loginlogin access master masterkey masterpassword computer
        internet server database oracle postgres mysql mongodb redis system windows microsoft google facebook youtube
        twitter instagram linkedin apple iphone samsung android nokia sony playstation nintendo minecraft fortnite roblox
        pokemon pikachu starwars skywalker darthvader lordoftherings harrypotter hogwarts gandalf frodo matrix batman
        superman spiderman ironman captainamerica avengers wolverine transformers terminator jamesbond godzilla dragon
        dragonball dragons monkey donkey tiger lion panther eagle falcon phoenix unicorn butterfly dolphin dolphins kitty
        hellokitty kitten puppy doggie cookie cookies chocolate cheese pepper ginger banana strawberry blueberry
        sunflower flower flowers rainbow sunshine moonlight starlight summer winter spring autumn january february march
        april june july august september october november december monday tuesday wednesday thursday friday saturday
        sunday holiday vacation christmas birthday football soccer baseball basketball hockey tennis golf racing cricket
        liverpool liverpoolfc chelsea chelseafc arsenal arsenalfc manchester manunited manchesterunited realmadrid
        barcelona juventus bayern borussia cowboys yankees lakers steelers rangers packers eagles patriots warriors
        michael michelle jessica jennifer nicole daniel danielle andrew anthony ashley matthew joshua jordan jordan23
        justin justinbieber samantha stephanie elizabeth victoria christopher christine christina charlie charlotte
        william thomas robert richard george alexander alexandra alexandre benjamin jonathan nicholas patrick brandon
        hannah amanda andrea melissa natasha vanessa veronica caroline margaret barbara patricia maria carlos fernando
        francisco alejandro sebastian gabriel mohammed muhammad abdullah princess prince princesa queen king kingkong
        angel angels babygirl babyboy baby babydoll sweetheart sweetie sweety honey beautiful gorgeous pretty handsome
        cutie loveable darling friend friends bestfriend bestfriends friendship family mother father mommy daddy brother
        sister grandma grandpa familia freedom liberty justice america american england france germany deutschland
        espana mexico brasil canada australia india pakistan london paris berlin madrid newyork newyorkcity chicago
        california texas florida boston hollywood jesus jesuschrist jesuslovesme jesusislord godisgood godisgreat
        christ heaven blessed blessing faith hope trustno trustnoone trustme whatever nothing nothing1 something anything
        nobody somebody anybody everyone hello helloworld hellohello goodbye goodmorning goodnight goodluck thankyou
        please sorry qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc zaqxsw
        qweasd qweasdzxc qweqwe asdasd zxczxc abc abcd abcdef abcdefg abcabc aaaaaa xxxxxx mustang corvette ferrari
        porsche mercedes lamborghini harley harleydavidson yamaha kawasaki honda toyota nissan bmw audi volkswagen
        metallica nirvana slipknot linkinpark greenday ledzeppelin pinkfloyd beatles thebeatles queenqueen eminem
        shadow hunter hunting fishing killer killers ninja samurai warrior wizard magic magician legend mystery
        monster ghost vampire zombie hacker hackers hacked cheater winner winners champion champions player gamer
        gamergirl gameover money moneymoney dollar million millionaire business company office manager marketing
        finance accounting service support helpdesk customer client contact information technology engineer developer
        programmer software hardware network security firewall private personal confidential backup archive monitoring
        production staging development correcthorsebatterystaple correcthorse batterystaple opensesame openup letmepass
        enter entering abracadabra hocuspocus alohomora trustnoone startrek enterprise voyager stargate battlestar
        merlin excalibur camelot romeo juliet shakespeare einstein newton galileo diamond diamonds crystal silver golden
        purple orange yellow red blue green black white pink violet scarlet midnight morning evening mountain river
        ocean beach island paradise garden forest thunder lightning storm hurricane tornado snowball snowman icecream
        pizza hamburger coffee starbucks cocacola pepsi mcdonalds whiskey vodka tequila budweiser heineken
        motdepasse bonjour soleil doudou chouchou loulou amour jetaime jesuisla contrasena contraseña teamo teamomucho
        tequiero amorcito hola estrella corazon senha senha123 brasil2 palavra parola ciaociao amoremio juventus1
        hallo hallohallo schatz schatzi liebe ichliebedich sommer geheim wachtwoord welkom welkom01 lozenord haslo
        kochamcie kochanie parol privet lubov natasha1 salasana losenord sifre sifrem galatasaray fenerbahce besiktas
        sayang bismillah alhamdulillah allahuakbar mashallah inshallah woaini wodemima anhyeuem matkhau
        """
}
