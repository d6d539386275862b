package io.hybridtls.agent.localca;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.DnsName;
import io.hybridtls.certstore.model.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The subjectAltName of a request (RFC 5280, section 4.2.1.6), in the order of the request. */
record RequestedNames(List<DnsName> names, List<IpAddress> addresses) {

  static final RequestedNames NONE = new RequestedNames(List.of(), List.of());

  /** More than any host has, and few enough for somebody to read. */
  private static final int MOST = 100;

  /** By the tag of GeneralName. */
  private static final List<String> KINDS =
      List.of(
          "an otherName",
          "a mail address",
          "a DNS name",
          "an X.400 address",
          "a directory name",
          "an EDI name",
          "a URI",
          "an IP address",
          "a registered ID");

  RequestedNames {
    names = List.copyOf(names);
    addresses = List.copyOf(addresses);
  }

  boolean isEmpty() {
    return names.isEmpty() && addresses.isEmpty();
  }

  /**
   * @throws IssuanceException when there is a name that is not certified, whatever the constraints
   */
  static RequestedNames in(Extensions extensions) throws IssuanceException {
    GeneralNames requested =
        GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    if (requested == null) {
      return NONE;
    }
    if (requested.getNames().length > MOST) {
      throw PeerRequest.refused(
          "it has " + requested.getNames().length + " names; ask for at most " + MOST);
    }
    List<DnsName> names = new ArrayList<>();
    List<IpAddress> addresses = new ArrayList<>();
    for (GeneralName name : requested.getNames()) {
      switch (name.getTagNo()) {
        case GeneralName.dNSName -> names.add(dnsName(name));
        case GeneralName.iPAddress -> addresses.add(address(name));
        default ->
            throw PeerRequest.refused(
                "it has "
                    + KINDS.get(name.getTagNo())
                    + " in subjectAltName; DNS names and IP addresses are certified, so remove it");
      }
    }
    return new RequestedNames(
        names.stream().distinct().toList(), addresses.stream().distinct().toList());
  }

  private static DnsName dnsName(GeneralName name) throws IssuanceException {
    try {
      DnsName asked = DnsName.of(name.getName().toString());
      if (asked.isWildcard()) {
        throw PeerRequest.refused(
            "it asks for " + asked + ", with which it could pass for any host; name its own");
      }
      return asked;
    } catch (IllegalArgumentException e) {
      throw PeerRequest.refused(e.getMessage() + "; correct its subjectAltName");
    }
  }

  private static IpAddress address(GeneralName name) throws IssuanceException {
    byte[] octets = ASN1OctetString.getInstance(name.getName()).getOctets();
    try {
      return IpAddress.of(InetAddress.getByAddress(octets));
    } catch (UnknownHostException e) {
      throw PeerRequest.refused(
          "an IP address in its subjectAltName has " + octets.length + " octets; 4 or 16 are one");
    }
  }
}
