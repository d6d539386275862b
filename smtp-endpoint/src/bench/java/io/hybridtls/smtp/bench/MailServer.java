package io.hybridtls.smtp.bench;

import java.io.IOException;

/** A server under test, in a process of its own. */
interface MailServer extends AutoCloseable {

  /**
   * Mail for recipients here leaves the queue by the cheapest way that the server has: Postfix
   * discards it; ours, which has no discard, relays it to the sink like any other.
   */
  String ACCEPTED_DOMAIN = "accepted.example";

  /** Mail for recipients here is relayed to the sink. */
  String RELAYED_DOMAIN = "relayed.example";

  String name();

  /** Where STARTTLS asks for no certificate. */
  int port();

  /** Where STARTTLS demands a client certificate and verifies it. */
  int mutualPort();

  @Override
  void close() throws IOException;
}
