/// The built-in templates, each used unless a file replaces it.
enum DefaultTemplates {
    static let files: [String: String] = [
        "welcome.subject.mustache": "Welcome{{#name}}, {{{name}}}{{/name}}",
        "welcome.txt.mustache": """
        Hi{{#name}} {{{name}}}{{/name}}! Thank you for registration...

        Your account is {{{email}}}.

        """,
        "welcome.html.mustache": """
        <!doctype html>
        <html><body>
        <p>Hi{{#name}} {{name}}{{/name}}! Thank you for registration...</p>
        <p>Your account is <strong>{{email}}</strong>.</p>
        </body></html>

        """,
        "message.subject.mustache": "A message for you",
        "message.txt.mustache": "{{{content}}}\n",
        "message.html.mustache": """
        <!doctype html>
        <html><body><p style="white-space: pre-line">{{content}}</p></body></html>

        """,
    ]
}
