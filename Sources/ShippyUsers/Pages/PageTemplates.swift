/// The text of the pages that links in mails lead to, in Mustache.
enum PageTemplates {
    static let layout = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{title}}</title>
        <style>{{{style}}}</style>
        </head>
        <body>
        <main>
        <h1>{{title}}</h1>
        {{{content}}}
        </main>
        </body>
        </html>

        """

    /// The address is there for password managers, which store the password under it. The field has no name, so it is not sent.
    static let password = """
        <form method="post" action="password">
        <input type="hidden" name="token" value="{{token}}">
        <label for="email">Account</label>
        <input id="email" type="email" autocomplete="username" value="{{email}}" readonly>
        <label for="password">New password</label>
        <input id="password" name="password" type="password" autocomplete="new-password" minlength="{{minimum}}" required autofocus \
        aria-describedby="hint{{#problem}} problem{{/problem}}"{{#problem}} aria-invalid="true"{{/problem}}>
        {{#problem}}<p id="problem" class="problem" role="alert">{{.}}</p>
        {{/problem}}<p id="hint" class="hint">Use at least {{minimum}} characters. You will be logged out everywhere.</p>
        <button type="submit">Set password</button>
        </form>
        """

    static let confirm = """
        <p>Please confirm that <strong>{{email}}</strong> is your address.</p>
        <form method="post" action="confirm">
        <input type="hidden" name="token" value="{{token}}">
        <button type="submit">Confirm address</button>
        </form>
        """

    static let message = """
        {{#paragraphs}}<p>{{.}}</p>
        {{/paragraphs}}
        """

    /// Readable from a phone to a desk, by day and by night.
    static let style = """
        :root { color-scheme: light dark; --text: #1d2433; --quiet: #566074; --ground: #f3f5f9; --sheet: #fff; --line: #8b95a8; \
        --accent: #1d5fbf; --on-accent: #fff; --bad: #b3261e; }
        @media (prefers-color-scheme: dark) { :root { --text: #e8ebf1; --quiet: #aab3c3; --ground: #12161e; --sheet: #1c222d; \
        --line: #6d788c; --accent: #8ab4f8; --on-accent: #0d1420; --bad: #ff8a80; } }
        * { box-sizing: border-box; }
        body { margin: 0; min-height: 100vh; display: grid; align-items: center; justify-items: center; padding: 1rem; background: var(--ground); \
        color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        main { width: 100%; max-width: 26rem; padding: 1.5rem; background: var(--sheet); border-radius: .75rem; }
        h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25; }
        p { margin: 0 0 1rem; overflow-wrap: anywhere; }
        main > :last-child { margin-bottom: 0; }
        label { display: block; margin-bottom: .25rem; font-weight: 600; }
        input { width: 100%; min-height: 2.75rem; margin-bottom: 1rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem; \
        background: transparent; color: inherit; font: inherit; }
        input[readonly] { border-color: transparent; padding-left: 0; margin-bottom: .5rem; color: var(--quiet); }
        .hint { color: var(--quiet); font-size: .9rem; }
        .problem { color: var(--bad); font-weight: 600; }
        button { width: 100%; min-height: 2.75rem; border: 0; border-radius: .5rem; background: var(--accent); color: var(--on-accent); \
        font: inherit; font-weight: 600; cursor: pointer; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        """
}
