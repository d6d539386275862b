package io.hybridtls.agent.acme.dns;

import org.xbill.DNS.Name;

/**
 * A TXT record of one value; a name may have several.
 *
 * @param name absolute
 */
public record TxtRecord(Name name, String value) {

  public TxtRecord {
    if (!name.isAbsolute()) {
      throw new IllegalArgumentException(name + " does not end in a dot");
    }
  }

  /** As in a zone file. */
  @Override
  public String toString() {
    return name + " TXT \"" + value + "\"";
  }
}
