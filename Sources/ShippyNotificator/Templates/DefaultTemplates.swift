/// The built-in templates, each used unless a file replaces it.
enum DefaultTemplates {
    static let files: [String: String] = [
        "welcome.subject.mustache": "Welcome{{#name}}, {{{name}}}{{/name}}",
        "welcome.txt.mustache": """
        Hi{{#name}} {{{name}}}{{/name}}! Thank you for registration...

        Your account is {{{email}}}.
        {{#url}}

        Please confirm that this is your address:

        {{{url}}}

        The link works once, within one hour, until {{{until}}}.
        {{/url}}

        """,
        "welcome.html.mustache": """
        <!doctype html>
        <html><body>
        <p>Hi{{#name}} {{name}}{{/name}}! Thank you for registration...</p>
        <p>Your account is <strong>{{email}}</strong>.</p>
        {{#url}}
        <p><a href="{{url}}">Please confirm that this is your address.</a></p>
        <p>The link works once, within one hour, until {{until}}.</p>
        {{/url}}
        </body></html>

        """,
        "message.subject.mustache": "A message for you",
        "message.txt.mustache": "{{{content}}}\n",
        "message.html.mustache": """
        <!doctype html>
        <html><body><p style="white-space: pre-line">{{content}}</p></body></html>

        """,
        "confirm-address.subject.mustache": "Please confirm your address",
        "confirm-address.txt.mustache": """
        Hi{{#name}} {{{name}}}{{/name}}!

        Please confirm that {{{email}}} is your address:

        {{{url}}}

        The link works once, within one hour, until {{{until}}}.

        If you did not ask for this mail, ignore it: without the link, nothing
        changes.

        """,
        "confirm-address.html.mustache": """
        <!doctype html>
        <html><body>
        <p>Hi{{#name}} {{name}}{{/name}}!</p>
        <p><a href="{{url}}">Please confirm that {{email}} is your address.</a></p>
        <p>The link works once, within one hour, until {{until}}.</p>
        <p>If you did not ask for this mail, ignore it: without the link, nothing changes.</p>
        </body></html>

        """,
        "reset-password.subject.mustache": "Set a new password",
        "reset-password.txt.mustache": """
        Hi{{#name}} {{{name}}}{{/name}}!

        Someone asked to set a new password for the account {{{email}}}. If it was
        you, choose the password here:

        {{{url}}}

        The link works once, within one hour, until {{{until}}}. Do not pass it on:
        whoever has it can take over the account.

        If it was not you, ignore this mail: your password stays as it is.

        """,
        "reset-password.html.mustache": """
        <!doctype html>
        <html><body>
        <p>Hi{{#name}} {{name}}{{/name}}!</p>
        <p>Someone asked to set a new password for the account <strong>{{email}}</strong>. If it was you,
        <a href="{{url}}">choose the password</a>.</p>
        <p>The link works once, within one hour, until {{until}}. Do not pass it on: whoever has it can take over the account.</p>
        <p>If it was not you, ignore this mail: your password stays as it is.</p>
        </body></html>

        """,
        "password-changed.subject.mustache": "Your password was changed",
        "password-changed.txt.mustache": """
        Hi{{#name}} {{{name}}}{{/name}}!

        The password of your account {{{email}}} was changed. Wherever you were
        logged in, log in again with the new one.

        If it was you, there is nothing else to do.

        If it was not you, someone else may have your account. Ask for a new
        password where you log in, with "forgot password", and tell whoever runs
        the service.

        """,
        "password-changed.html.mustache": """
        <!doctype html>
        <html><body>
        <p>Hi{{#name}} {{name}}{{/name}}!</p>
        <p>The password of your account <strong>{{email}}</strong> was changed. Wherever you were logged in, log in again with the new
        one.</p>
        <p>If it was you, there is nothing else to do.</p>
        <p>If it was not you, someone else may have your account. Ask for a new password where you log in, with &ldquo;forgot
        password&rdquo;, and tell whoever runs the service.</p>
        </body></html>

        """,
        "address-changed.subject.mustache": "The address of your account was changed",
        "address-changed.txt.mustache": """
        Hi{{#name}} {{{name}}}{{/name}}!

        The e-mail address of your account was changed. This mail goes to the
        address that it had before and to the one that it has now.
        {{#url}}

        {{{email}}} is the new one. Please confirm that it is yours:

        {{{url}}}

        The link works once, within one hour, until {{{until}}}.
        {{/url}}

        If it was you, there is nothing else to do.

        If it was not you, someone else may have your account: tell whoever runs
        the service, and do so soon.

        """,
        "address-changed.html.mustache": """
        <!doctype html>
        <html><body>
        <p>Hi{{#name}} {{name}}{{/name}}!</p>
        <p>The e-mail address of your account was changed. This mail goes to the address that it had before and to the one that it has
        now.</p>
        {{#url}}
        <p><strong>{{email}}</strong> is the new one. <a href="{{url}}">Please confirm that it is yours.</a></p>
        <p>The link works once, within one hour, until {{until}}.</p>
        {{/url}}
        <p>If it was you, there is nothing else to do.</p>
        <p>If it was not you, someone else may have your account: tell whoever runs the service, and do so soon.</p>
        </body></html>

        """,
    ]
}
