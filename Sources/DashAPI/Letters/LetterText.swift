import DashModel

/// The words of the letters: what happened, what to do, and what to do when it was somebody else.
enum LetterText {
    typealias Words = (subject: String, text: String)

    static func signUp(_ link: String, until: Timestamp, from: String?) -> Words {
        (
            "Confirm your address",
            """
            Somebody\(place(from)) signed up with this address. To make the account, open this link and give the password \
            that you chose:

            \(link)

            \(once(until))

            If that was not you, do nothing: without the link there is no account.
            """
        )
    }

    static func hasAccount(_ signIn: String, _ forgotten: String, from: String?) -> Words {
        (
            "You have an account already",
            """
            Somebody\(place(from)) signed up with this address, or wants to move an account to it. It has an account \
            already, and nothing has changed.

            Sign in: \(signIn)
            Set a new password: \(forgotten)

            If that was not you, you need do nothing.
            """
        )
    }

    static func confirm(_ link: String, until: Timestamp) -> Words {
        (
            "Confirm your address",
            """
            Open this link to confirm that mail to this address reaches you:

            \(link)

            \(once(until))
            """
        )
    }

    static func reset(_ link: String, until: Timestamp, from: String?) -> Words {
        (
            "Set a new password",
            """
            Somebody\(place(from)) asked for a new password for your account. Open this link to set one:

            \(link)

            \(once(until)) The new password ends all sessions of the account.

            If that was not you, do nothing: your password stays as it is.
            """
        )
    }

    static func passwordChanged(_ forgotten: String, at time: Timestamp, from: String?) -> Words {
        (
            "Your password was changed",
            """
            The password of your account was changed\(place(from)) at \(moment(time)). Its other sessions have ended.

            If that was not you, set a new one at once: \(forgotten)
            """
        )
    }

    static func changeEmail(_ link: String, until: Timestamp, old: String) -> Words {
        (
            "Confirm your new address",
            """
            The account of \(old) is to move to this address. Open this link to confirm it:

            \(link)

            \(once(until))

            If that was not you, do nothing: the account stays where it is.
            """
        )
    }

    static func changeNotice(_ new: String, at time: Timestamp, from: String?, forgotten: String) -> Words {
        (
            "Your account is to move to another address",
            """
            Somebody who knows your password asked\(place(from)) at \(moment(time)) to move your account to \(new). It \
            moves as soon as a link that went there is opened.

            If that was not you, set a new password now, which voids the link: \(forgotten)
            """
        )
    }

    static func emailChanged(_ new: String, at time: Timestamp) -> Words {
        (
            "Your account has moved to another address",
            """
            Your account moved to \(new) at \(moment(time)). Mail about it goes there from now on.

            If that was not you, tell whoever runs this server.
            """
        )
    }

    static func invitation(_ link: String, until: Timestamp, team: String, role: String, by inviter: String?) -> Words {
        (
            "Join \(team)",
            """
            \(inviter ?? "An administrator") invites you to the team \(team), as \(role). Open this link to join:

            \(link)

            \(once(until))
            """
        )
    }

    private static func once(_ end: Timestamp) -> String { "The link works once, until \(moment(end))." }
    private static func place(_ address: String?) -> String { address.map { " from \($0)" } ?? "" }
    private static func moment(_ time: Timestamp) -> String {
        String(time.text.replacing("T", with: " ").prefix(16)) + " UTC"
    }
}
