package io.hybridtls.agent.config;

import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import io.hybridtls.smtp.inbound.AddressRange;
import io.hybridtls.smtp.outbound.SmartHost;
import io.hybridtls.smtp.protocol.DomainPattern;
import io.hybridtls.smtp.protocol.EmailAddress;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Readers of names and addresses. None of them asks the DNS. */
final class NetworkReaders {

  /** A wildcard is allowed. */
  /** What a certificate can be for, in canonical form. */
  static final ValueReader<String> IDENTIFIER =
      Readers.text(
          "\"mail.contoso.example\"",
          text ->
              IpAddress.looksLikeOne(text) ? IpAddress.of(text).value() : DnsName.of(text).value());

  static final ValueReader<DnsName> HOST_NAME =
      Readers.text("\"mail.contoso.example\"", NetworkReaders::hostName);

  static final ValueReader<DomainPattern> DOMAIN_PATTERN =
      Readers.text("\"contoso.example\", \"*.contoso.example\" or \"*\"", DomainPattern::of);

  static final ValueReader<ReferenceIdentity> REFERENCE_IDENTITY =
      Readers.text(
          "\"mail.contoso.example\" or \"*.contoso.example\"", NetworkReaders::referenceIdentity);

  static final ValueReader<AddressRange> ADDRESS_RANGE =
      Readers.text("\"10.0.0.0/8\" or \"2001:db8::/32\"", NetworkReaders::addressRange);

  static final ValueReader<SmartHost> SMART_HOST =
      Readers.text(
          "\"relay.contoso.example\", \"192.0.2.7:587\" or \"[2001:db8::1]:25\"",
          NetworkReaders::smartHost);

  /** An address of this machine; port 0 leaves the choice to the system. */
  static final ValueReader<InetSocketAddress> LISTEN_ADDRESS =
      Readers.text("\"0.0.0.0:25\" or \"[::]:25\"", NetworkReaders::listenAddress);

  static final ValueReader<URI> HTTPS_URI = httpsUri("\"https://ca.example/directory\"");

  static final ValueReader<URI> HTTP_URI =
      Readers.text("\"http://crl.contoso.example/\"", NetworkReaders::crlBase);

  static final ValueReader<URI> MAILTO_URI =
      Readers.text("\"mailto:postmaster@contoso.example\"", NetworkReaders::mailto);

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern ENDPOINT =
      Pattern.compile("(?:\\[([^\\]]*)]|([^\\[\\]:]*)):([0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  private NetworkReaders() {}

  /**
   * An absolute https URL.
   *
   * @param example as it would be written
   */
  static ValueReader<URI> httpsUri(String example) {
    return Readers.text(example, text -> web(text, "https"));
  }

  private static DnsName hostName(String text) {
    DnsName name = DnsName.of(text);
    if (name.isWildcard()) {
      throw new IllegalArgumentException("\"" + text + "\" is a pattern, not the name of a host");
    }
    return name;
  }

  /** A wildcard over a whole top-level domain would let half the world in. */
  private static ReferenceIdentity referenceIdentity(String text) {
    DnsName name = DnsName.of(text);
    if (name.isWildcard() && name.withoutWildcard().value().indexOf('.') < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" would be satisfied by everybody in a top-level domain");
    }
    return new ReferenceIdentity(name);
  }

  private static AddressRange addressRange(String text) {
    int slash = text.indexOf('/');
    literal(slash < 0 ? text : text.substring(0, slash), text);
    return AddressRange.of(text);
  }

  private static SmartHost smartHost(String text) {
    SmartHost host = SmartHost.of(text);
    String withPort = host.toString();
    String bare = withPort.substring(0, withPort.lastIndexOf(':'));
    if (!text.equals(withPort) && !text.equals(bare)) {
      throw new IllegalArgumentException("\"" + text + "\" is not a smart host");
    }
    if (host.host().matches("[0-9.]+") || host.host().indexOf(':') >= 0) {
      literal(host.host(), text);
    } else {
      hostName(host.host());
    }
    return host;
  }

  static InetSocketAddress listenAddress(String text) {
    Matcher endpoint = ENDPOINT.matcher(text);
    if (!endpoint.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address with a port");
    }
    int port = Integer.parseInt(endpoint.group(3));
    if (port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + " is not from 0 to " + MAX_PORT);
    }
    String bracketed = endpoint.group(1);
    String host = bracketed == null ? endpoint.group(2) : bracketed;
    return new InetSocketAddress(literal(host, text), port);
  }

  private static InetAddress literal(String address, String text) {
    boolean v4 = IPV4.matcher(address).matches();
    if (!v4 && !IPV6.matcher(address).matches()) {
      throw new IllegalArgumentException("\"" + text + "\" does not have an IP address");
    }
    try {
      return InetAddress.getByName(v4 ? address : "[" + address + "]");
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("\"" + text + "\" does not have an IP address", e);
    }
  }

  private static URI web(String text, String scheme) {
    URI uri = URI.create(text);
    if (!scheme.equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("\"" + text + "\" is not an absolute " + scheme + " URL");
    }
    if (uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
      throw new IllegalArgumentException("port " + uri.getPort() + " is not from 1 to " + MAX_PORT);
    }
    if (uri.getUserInfo() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException("a user, a password and a #fragment have no place in it");
    }
    return uri;
  }

  /** The names of files are put after it. */
  private static URI crlBase(String text) {
    URI uri = web(text, "http");
    if (uri.getQuery() != null) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has a query, which files' URLs have not");
    }
    return uri;
  }

  private static URI mailto(String text) {
    if (!text.startsWith("mailto:")) {
      throw new IllegalArgumentException("\"" + text + "\" is not a mailto: URI");
    }
    EmailAddress.of(text.substring("mailto:".length()));
    return URI.create(text);
  }
}
