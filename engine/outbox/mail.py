"""E-mail by SMTP: encrypted unless the server is this machine, one connection a letter."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from engine.outbox.letters import Away, Later, Letter, Never
from engine.outbox.settings import Mail, Settings

PERMANENT = 500  # SMTP codes from here on say never


def send(letter: Letter, settings: Settings) -> None:
    """Hand a letter to the mail server. Raises Away, Later, Never; what they say names no address."""
    assert settings.mail is not None
    try:
        server = _connect(settings.mail, settings.seconds)
    except smtplib.SMTPResponseException as error:
        raise Away(f"Server surel menolak sambungan ({error.smtp_code}).") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Away(f"Server surel tidak dapat dihubungi ({type(error).__name__}).") from error
    try:
        server.send_message(_message(letter, settings.mail.sender, settings.base))
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(max(code for code, _ in error.recipients.values())) from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code) from error
    except (smtplib.SMTPException, OSError) as error:
        raise Away(f"Sambungan ke server surel terputus ({type(error).__name__}).") from error
    finally:
        server.close()  # without QUIT: what fails after the letter was taken must not send it again


def _connect(mail: Mail, seconds: float) -> smtplib.SMTP:
    """A connection that is encrypted and signed in as the settings say."""
    context = ssl.create_default_context()
    if mail.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=seconds, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=seconds)
    try:
        if mail.tls == "starttls":
            server.starttls(context=context)
        if mail.user:
            server.login(mail.user, mail.password)
    except BaseException:
        server.close()
        raise
    return server


def _message(letter: Letter, sender: str, base: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{urlsplit(base).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _refused(code: int) -> Later | Never:
    if code >= PERMANENT:
        return Never(f"Server surel menolak kabar ini ({code}).")
    return Later(f"Server surel menunda kabar ini ({code}).")
