package io.hybridtls.smtp.outbound;

import io.hybridtls.certstore.model.DnsName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/** MX records, the implicit MX, and the null MX (RFC 7505). */
final class DnsMailExchangeLookup implements MailExchangeLookup {

  private final LookupSession session;
  private final DnsName ownName;
  private final RandomGenerator random;

  DnsMailExchangeLookup(LookupSession session, DnsName ownName, RandomGenerator random) {
    this.session = session;
    this.ownName = ownName;
    this.random = random;
  }

  @Override
  public CompletionStage<NextHops> lookup(DnsName domain) {
    Name name = Name.fromConstantString(domain.value() + ".");
    return find(name, Type.MX)
        .thenCompose(
            found ->
                found.isEmpty() ? withoutMx(domain, name) : completed(exchangers(domain, found)))
        .exceptionally(failure -> failed(domain, causeOf(failure)));
  }

  /** Records of one type; none when the domain exists without them. */
  private CompletionStage<List<Record>> find(Name name, int type) {
    return session
        .lookupAsync(name, type)
        .thenApply(LookupResult::getRecords)
        .exceptionallyCompose(
            failure ->
                causeOf(failure) instanceof NoSuchRRSetException
                    ? completed(List.of())
                    : CompletableFuture.failedFuture(causeOf(failure)));
  }

  private NextHops exchangers(DnsName domain, List<Record> found) {
    List<MXRecord> records = new ArrayList<>();
    for (Record each : found) {
      if (each instanceof MXRecord mx) {
        records.add(mx);
      }
    }
    if (records.size() == 1 && records.get(0).getTarget().equals(Name.root)) {
      return refused("5.1.10", domain + " accepts no mail (null MX, RFC 7505)");
    }
    records.removeIf(mx -> mx.getTarget().equals(Name.root));
    shuffle(records);
    records.sort(Comparator.comparingInt(MXRecord::getPriority));
    List<NextHop> hops =
        beforeOurselves(records).stream().map(mx -> NextHop.smtp(hostOf(mx))).toList();
    if (hops.isEmpty()) {
      return refused(
          "5.4.6",
          "mail for " + domain + " loops back: " + ownName + " is its best mail exchanger");
    }
    return new NextHops.Known(hops);
  }

  /** Exchangers nearer to the destination than we are (RFC 5321, section 5.1). */
  private List<MXRecord> beforeOurselves(List<MXRecord> sorted) {
    return sorted.stream()
        .filter(mx -> hostOf(mx).equalsIgnoreCase(ownName.value()))
        .findFirst()
        .map(own -> sorted.stream().filter(mx -> mx.getPriority() < own.getPriority()).toList())
        .orElse(sorted);
  }

  /** No MX record: the domain itself, if it has an address (RFC 5321, section 5.1). */
  private CompletionStage<NextHops> withoutMx(DnsName domain, Name name) {
    return find(name, Type.A)
        .thenCompose(four -> four.isEmpty() ? find(name, Type.AAAA) : completed(four))
        .thenApply(
            addresses ->
                addresses.isEmpty()
                    ? refused(
                        "5.1.2", "domain " + domain + " has neither mail exchangers nor an address")
                    : new NextHops.Known(List.of(NextHop.smtp(domain.value()))));
  }

  private static NextHops failed(DnsName domain, Throwable failure) {
    if (failure instanceof NoSuchDomainException) {
      return refused("5.1.2", "domain " + domain + " does not exist");
    }
    String reason = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return new NextHops.None(
        DeliveryOutcome.deferred(
            Relay.none(),
            "4.4.3",
            "the mail exchangers of " + domain + " could not be looked up: " + reason));
  }

  private static NextHops refused(String status, String detail) {
    return new NextHops.None(DeliveryOutcome.refused(Relay.none(), status, detail));
  }

  private void shuffle(List<MXRecord> records) {
    for (int i = records.size(); i > 1; i--) {
      Collections.swap(records, i - 1, random.nextInt(i));
    }
  }

  private static String hostOf(MXRecord mx) {
    return mx.getTarget().toString(true);
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
