"""aiosmtpd with STARTTLS and a login, writing each message to a file. Arguments: port, PEM file, folder, mechanism."""
import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

port, pem, folder, mechanism = sys.argv[1:]
user, password = (os.environ[name].encode() for name in ("SMTP_USER", "SMTP_PASSWORD"))
count = 0


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("unknown"):
            return "550 5.1.1 unknown user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        global count
        count += 1
        with open(os.path.join(folder, str(count)), "wb") as file:
            file.write(envelope.content)
        return "250 2.0.0 OK"


def authenticate(server, session, envelope, name, data):
    return AuthResult(success=(data.login, data.password) == (user, password))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    others = {"PLAIN", "LOGIN"} - {mechanism}
    factory = lambda: SMTP(
        Handler(), enable_SMTPUTF8=True, tls_context=context, require_starttls=True, auth_required=True,
        auth_exclude_mechanism=others, authenticator=authenticate, data_size_limit=10_000_000, hostname="aiosmtpd.test")
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", int(port))
    await server.serve_forever()


asyncio.run(main())
