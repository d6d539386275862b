package io.hybridtls.agent.inventory;

import io.hybridtls.agent.inventory.RenewalDecision.Due;
import io.hybridtls.agent.inventory.RenewalDecision.Emergency;
import io.hybridtls.agent.inventory.RenewalDecision.NotDue;
import io.hybridtls.agent.inventory.RenewalHours.Opening;
import io.hybridtls.certstore.model.Generation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a certificate is renewed, and why. Pure: the same inputs give the same answer. Everything
 * scales with the certificate's own lifetime, whatever that is.
 */
public final class RenewalPolicy {

  /**
   * Decides whether {@code held} is due at {@code now}.
   *
   * <p>The first rule that applies wins: nothing held; names, key or issuer differ from the spec;
   * less than a tenth of the lifetime left (emergency, whatever the CA suggests and whatever the
   * hour); the CA's suggested window (RFC 9773, section 4.2); two thirds of the lifetime gone, or
   * half of one that is shorter than ten days. An instant outside of {@code hours} moves to their
   * next opening, unless that is later than the last tenth.
   *
   * @param held the active generation
   * @param window the CA's suggestion for that very generation
   * @param hours to which renewals are confined that can wait for them
   */
  public RenewalDecision decide(
      CertificateSpec spec,
      Optional<Generation> held,
      Optional<SuggestedWindow> window,
      RenewalHours hours,
      Instant now) {
    if (held.isEmpty()) {
      return new Due("no certificate is held yet");
    }
    Optional<String> difference = SpecComparison.difference(spec, held.get());
    return difference.isPresent()
        ? new Due(difference.get())
        : decide(periods(held.get()), window, hours, now);
  }

  /**
   * Decides by the dates alone.
   *
   * @param periods of the certificates that are renewed together, one for each key; the earliest
   *     decides
   */
  public RenewalDecision decide(
      List<ValidityPeriod> periods,
      Optional<SuggestedWindow> window,
      RenewalHours hours,
      Instant now) {
    ValidityPeriod first = earliest(periods, Comparator.comparing(ValidityPeriod::floor));
    if (now.isAfter(first.floor())) {
      return emergency(first, now);
    }
    Plan plan =
        window
            .map(suggested -> bySuggestion(suggested, first.floor(), now))
            .orElseGet(
                () -> byLifetime(earliest(periods, Comparator.comparing(ValidityPeriod::planned))));
    return hours.isRestricted()
        ? within(hours, plan, first, now)
        : plan.decide(plan.renewAt(), now, "");
  }

  /** From when on {@code held} is valid, if that is further ahead than clocks differ. */
  public static Optional<Instant> startAhead(Generation held, Instant now) {
    return periods(held).stream()
        .map(ValidityPeriod::notBefore)
        .max(Comparator.naturalOrder())
        .filter(start -> ValidityPeriod.isAhead(start, now));
  }

  /** From when on a renewal of {@code held} is an emergency. */
  public Instant floor(Generation held) {
    return earliest(periods(held), Comparator.comparing(ValidityPeriod::floor)).floor();
  }

  /**
   * Every rule with what it says of {@code held}, in the order in which they are asked; for an
   * operator who wants to know why {@link #decide} says what it says.
   */
  public List<RenewalRule> rules(
      CertificateSpec spec,
      Generation held,
      Optional<SuggestedWindow> window,
      RenewalHours hours,
      Instant now) {
    ValidityPeriod floor = earliest(periods(held), Comparator.comparing(ValidityPeriod::floor));
    ValidityPeriod planned = earliest(periods(held), Comparator.comparing(ValidityPeriod::planned));
    List<RenewalRule> rules = new ArrayList<>();
    rules.add(RenewalRule.configured(SpecComparison.difference(spec, held)));
    rules.add(RenewalRule.floor(floor));
    rules.add(RenewalRule.suggestion(window));
    rules.add(RenewalRule.lifetime(planned, now, window.isPresent()));
    rules.add(RenewalRule.hours(hours, now));
    return List.copyOf(rules);
  }

  private static List<ValidityPeriod> periods(Generation held) {
    return held.certificates().stream().map(ValidityPeriod::of).toList();
  }

  private static ValidityPeriod earliest(
      List<ValidityPeriod> periods, Comparator<ValidityPeriod> order) {
    return periods.stream().min(order).orElseThrow();
  }

  private static Emergency emergency(ValidityPeriod period, Instant now) {
    Instant end = period.notAfter();
    if (now.isAfter(end)) {
      return new Emergency("it expired at " + InWords.of(end));
    }
    return new Emergency(
        "less than a tenth of its lifetime is left: it expires at " + InWords.of(end));
  }

  /**
   * What a rule asks for.
   *
   * @param waiting why it is not renewed before {@code renewAt}
   * @param due why it is renewed from then on
   */
  private record Plan(Instant renewAt, String waiting, String due) {

    RenewalDecision decide(Instant moved, Instant now, String remark) {
      return now.isBefore(moved) ? new NotDue(moved, waiting + remark) : new Due(due + remark);
    }
  }

  private static Plan bySuggestion(SuggestedWindow window, Instant floor, Instant now) {
    String suggestion = window.describe();
    if (!now.isBefore(window.end())) {
      return new Plan(window.renewAt(), suggestion, suggestion + ", which is over");
    }
    if (window.renewAt().isAfter(floor)) {
      String late = suggestion + ", but then less than a tenth would be left";
      return new Plan(floor, late, late);
    }
    return new Plan(window.renewAt(), suggestion, window.describeChoice());
  }

  private static Plan byLifetime(ValidityPeriod period) {
    Instant renewAt = period.planned();
    return new Plan(
        renewAt,
        "it is renewed after "
            + period.share()
            + " of its lifetime, which ends at "
            + InWords.of(period.notAfter()),
        period.share()
            + " of its lifetime is over: it was to be renewed from "
            + InWords.of(renewAt)
            + " and expires at "
            + InWords.of(period.notAfter()));
  }

  private static RenewalDecision within(
      RenewalHours hours, Plan plan, ValidityPeriod first, Instant now) {
    Instant planned = placed(hours, notBefore(first, plan.renewAt()), first);
    Instant moved = now.isBefore(planned) ? planned : opened(hours, now);
    if (moved.isAfter(first.floor())) {
      return plan.decide(
          plan.renewAt(),
          now,
          "; only-between " + hours.describe() + " opens too late for it, and is passed over");
    }
    boolean asPlanned = moved.equals(plan.renewAt()) || moved.equals(now);
    return plan.decide(
        moved,
        now,
        asPlanned
            ? ""
            : "; planned for "
                + InWords.of(plan.renewAt())
                + ", and moved to the next opening of only-between "
                + hours.describe());
  }

  /** A CA may suggest what no calendar has; nothing is renewed before it begins. */
  private static Instant notBefore(ValidityPeriod period, Instant time) {
    return time.isBefore(period.notBefore()) ? period.notBefore() : time;
  }

  /** {@code time} itself while the hours are open, and else an instant in their next opening. */
  private static Instant placed(RenewalHours hours, Instant time, ValidityPeriod period) {
    if (hours.isOpen(time)) {
      return time;
    }
    return hours
        .nextOpening(time)
        .map((Opening opening) -> opening.spread(period.seed()))
        .orElse(Instant.MAX);
  }

  /** {@code time} itself while the hours are open, and else when they open: it is late already. */
  private static Instant opened(RenewalHours hours, Instant time) {
    return hours.isOpen(time)
        ? time
        : hours.nextOpening(time).map(Opening::start).orElse(Instant.MAX);
  }
}
