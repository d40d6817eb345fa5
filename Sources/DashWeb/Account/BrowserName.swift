/// A browser and its system in words, from what it says of itself; only as good as that.
enum BrowserName {
    /// The first that is found counts: most browsers claim to be several others as well.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Headless Chrome"),
        ("Chromium", "Chromium"), ("Chrome", "Chrome"), ("Safari", "Safari"), ("curl/", "curl"),
        ("python", "a Python program"), ("Python", "a Python program"),
    ]
    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ]

    static func text(of agent: String?) -> String {
        guard let agent, !agent.isEmpty else { return "Unknown browser" }
        let browser = browsers.first { agent.contains($0.0) }?.1
        let system = systems.first { agent.contains($0.0) }?.1
        switch (browser, system) {
        case (let browser?, let system?): return "\(browser) on \(system)"
        case (let browser?, nil): return browser.prefix(1).uppercased() + browser.dropFirst()
        case (nil, let system?): return "A program on \(system)"
        case (nil, nil): return "Unknown browser"
        }
    }
}
