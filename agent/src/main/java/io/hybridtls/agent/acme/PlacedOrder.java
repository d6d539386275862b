package io.hybridtls.agent.acme;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.util.Optional;

/**
 * An order as it is written down.
 *
 * @param directory the one that it was placed by: an order is nothing to another CA
 */
record PlacedOrder(URL location, URI directory) {

  private static final String SEPARATOR = " at ";

  String toText() {
    return location + SEPARATOR + directory;
  }

  /** Reads what {@link #toText} makes; empty when {@code text} is something else. */
  static Optional<PlacedOrder> parse(String text) {
    int end = text.indexOf(SEPARATOR);
    try {
      return end < 0
          ? Optional.empty()
          : Optional.of(
              new PlacedOrder(
                  URI.create(text.substring(0, end)).toURL(),
                  URI.create(text.substring(end + SEPARATOR.length()))));
    } catch (IllegalArgumentException | MalformedURLException e) {
      return Optional.empty();
    }
  }
}
