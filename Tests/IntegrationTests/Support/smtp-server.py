"""An SMTP server for tests that misbehaves by the local part of the recipient.

later@    451 to RCPT, or to the first --later of them
                                      never@   550 to RCPT
relay@    554 5.7.1 to RCPT           spam@    554 to the message
tarpit@   no answer to RCPT, ever     cut@     takes the mail, and closes instead of the 250 (the first time)
slow@     takes the mail, and says so after five seconds
anyone else is served

--greeting, --ehlo, --auth, --mail, --data and --quit give another answer to everyone at that step.

Prints its port, keeps each mail in DIRECTORY/N.eml, and what clients say in DIRECTORY/transcript.
"""
import argparse
import asyncio
import itertools
import ssl

options = argparse.ArgumentParser()
options.add_argument("--directory", required=True)
options.add_argument("--port", type=int, default=0)
options.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
options.add_argument("--certificate")
options.add_argument("--key")
options.add_argument("--later", type=int)
for step in ["greeting", "ehlo", "auth", "mail", "data", "quit"]:
    options.add_argument("--" + step)
options = options.parse_args()

numbers = itertools.count(1)
cut = set()
deferred = {}
context = None
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate, options.key)


async def serve(reader, writer):
    async def say(line):
        writer.write(line.encode() + b"\r\n")
        await writer.drain()

    encrypted = options.tls == "implicit"
    recipient = ""
    try:
        await say(options.greeting or "220 test ESMTP")
        while line := (await reader.readline()).decode(errors="replace").rstrip("\r\n"):
            with open(f"{options.directory}/transcript", "a") as transcript:
                transcript.write(line + "\n")
            verb = line.split(" ")[0].upper()
            if verb in ("EHLO", "HELO") and options.ehlo:
                await say(options.ehlo)
            elif verb == "EHLO":
                lines = ["test", "8BITMIME", "AUTH PLAIN LOGIN"]
                if options.tls == "starttls" and not encrypted:
                    lines.append("STARTTLS")
                for index, text in enumerate(lines):
                    await say(("250 " if index == len(lines) - 1 else "250-") + text)
            elif verb == "STARTTLS" and options.tls == "starttls":
                await say("220 go on")
                await writer.start_tls(context)
                encrypted = True
            elif verb == "AUTH":
                if len(line.split(" ")) < 3:
                    await say("334 ")
                    await reader.readline()
                await say(options.auth or "235 ok")
            elif verb == "MAIL":
                await say(options.mail or "250 ok")
            elif verb == "RCPT":
                recipient = line.split("<")[1].split(">")[0]
                local = recipient.split("@")[0]
                deferred[recipient] = deferred.get(recipient, 0) + 1
                if local.startswith("later") and (options.later is None or deferred[recipient] <= options.later):
                    await say("451 4.3.0 try again later")
                elif local.startswith("never"):
                    await say("550 5.1.1 no such user")
                elif local.startswith("relay"):
                    await say("554 5.7.1 relay access denied")
                elif local.startswith("tarpit"):
                    await asyncio.sleep(3600)
                else:
                    await say("250 ok")
            elif verb == "DATA" and options.data:
                await say(options.data)
            elif verb == "DATA":
                await say("354 go on")
                message = b""
                while (part := await reader.readline()) != b".\r\n":
                    if not part:
                        return  # cut off before its end: nobody has taken it
                    message += part
                with open(f"{options.directory}/{next(numbers):06}.eml", "wb") as file:
                    file.write(message)
                if recipient.startswith("slow"):
                    await asyncio.sleep(5)
                if recipient.startswith("cut") and recipient not in cut:
                    cut.add(recipient)
                    return
                await say("554 5.6.0 refused" if recipient.startswith("spam") else "250 2.0.0 queued")
            elif verb == "QUIT":
                await say(options.quit or "221 bye")
                return
            else:
                await say("250 ok" if verb in ("RSET", "NOOP") else "502 no")
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main():
    secure = context if options.tls == "implicit" else None
    server = await asyncio.start_server(serve, "127.0.0.1", options.port, ssl=secure)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
