package io.hybridtls.smtp.protocol;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The service extensions that this product speaks, on either side (RFC 5321, section 2.2). */
public enum Extension {
  /** Several commands in one flight (RFC 2920). */
  PIPELINING("PIPELINING"),
  /** Message size declared with MAIL, limit told with EHLO (RFC 1870). */
  SIZE("SIZE"),
  /** TLS on the running connection (RFC 3207). */
  STARTTLS("STARTTLS"),
  /** Octets above 127 in message data (RFC 6152). */
  EIGHT_BIT_MIME("8BITMIME"),
  /** A status code of RFC 3463 in each reply (RFC 2034). */
  ENHANCED_STATUS_CODES("ENHANCEDSTATUSCODES");

  private static final Map<String, Extension> BY_KEYWORD =
      Arrays.stream(values()).collect(Collectors.toMap(Extension::keyword, Function.identity()));

  private final String keyword;

  Extension(String keyword) {
    this.keyword = keyword;
  }

  /** As in the reply to EHLO, without parameters. */
  public String keyword() {
    return keyword;
  }

  /**
   * What a server offers: each known extension with its parameters, as they were written; the empty
   * text where there are none. Unknown extensions are passed over.
   *
   * @param ehlo a positive reply to EHLO; its first line names the server and is no extension (RFC
   *     5321, section 4.1.1.1)
   */
  public static Map<Extension, String> offeredIn(SmtpReply ehlo) {
    Map<Extension, String> offered = new EnumMap<>(Extension.class);
    for (String line : ehlo.lines().subList(1, ehlo.lines().size())) {
      String trimmed = line.strip();
      int space = trimmed.indexOf(' ');
      String keyword = space < 0 ? trimmed : trimmed.substring(0, space);
      String parameters = space < 0 ? "" : trimmed.substring(space + 1).strip();
      Optional.ofNullable(BY_KEYWORD.get(keyword.toUpperCase(Locale.ROOT)))
          .ifPresent(extension -> offered.putIfAbsent(extension, parameters));
    }
    return Collections.unmodifiableMap(offered);
  }
}
