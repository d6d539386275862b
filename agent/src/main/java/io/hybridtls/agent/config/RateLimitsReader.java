package io.hybridtls.agent.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import io.hybridtls.agent.config.UnreadableValueException.Fault;
import io.hybridtls.agent.inventory.Spelling;
import io.hybridtls.agent.ratelimit.RateLimit;
import io.hybridtls.agent.ratelimit.RateLimit.Scope;
import io.hybridtls.agent.ratelimit.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a CA grants: the name of a known set of limits, or the limits one by one. */
final class RateLimitsReader implements ValueReader<RateLimits> {

  private static final String EXAMPLE = "\"300 / 3 hours\"";
  private static final Pattern SHAPE = Pattern.compile("\\s*([0-9]{1,6})\\s*/(.+)");
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final Map<String, Scope> SCOPES = new LinkedHashMap<>();

  static {
    SCOPES.put("orders", Scope.ORDERS);
    SCOPES.put("certificates-per-domain", Scope.CERTIFICATES_PER_DOMAIN);
    SCOPES.put("certificates-per-name-set", Scope.CERTIFICATES_PER_NAME_SET);
    SCOPES.put("failed-validations", Scope.FAILED_VALIDATIONS);
  }

  @Override
  public RateLimits read(ConfigValue value, Surroundings around) throws UnreadableValueException {
    if (value instanceof ConfigObject object) {
      return limits(object, around);
    }
    return switch (String.valueOf(value.unwrapped())) {
      case "letsencrypt" -> RateLimits.LETSENCRYPT;
      case "none" -> RateLimits.NONE;
      default ->
          throw new UnreadableValueException(
              value,
              Shown.value(value) + " is not known here",
              "write letsencrypt, none, or { orders = " + EXAMPLE + " }");
    };
  }

  private static RateLimits limits(ConfigObject object, Surroundings around)
      throws UnreadableValueException {
    List<RateLimit> limits = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      try {
        limits.add(limit(entry.getKey(), entry.getValue(), around));
      } catch (UnreadableValueException e) {
        e.faults().stream()
            .map(
                fault ->
                    new Fault(fault.at(), entry.getKey() + ": " + fault.what(), fault.remedy()))
            .forEach(faults::add);
      }
    }
    if (!faults.isEmpty()) {
      throw new UnreadableValueException(faults);
    }
    return new RateLimits(limits);
  }

  private static RateLimit limit(String name, ConfigValue value, Surroundings around)
      throws UnreadableValueException {
    Scope scope = SCOPES.get(name);
    if (scope == null) {
      throw new UnreadableValueException(
          value,
          "there is no such limit",
          Spelling.nearest(name, SCOPES.keySet())
              .map(near -> "did you mean " + near + "?")
              .orElse("write some of " + String.join(", ", SCOPES.keySet())));
    }
    Matcher matcher = SHAPE.matcher(String.valueOf(value.unwrapped()));
    if (value.valueType() != ConfigValueType.STRING || !matcher.matches()) {
      throw new UnreadableValueException(
          value,
          Shown.value(value) + " is not a number of things within a time",
          "write for example " + EXAMPLE);
    }
    Duration period = period(value, matcher.group(2).strip(), around);
    int allowed = Integer.parseInt(matcher.group(1));
    if (allowed < 1) {
      throw new UnreadableValueException(
          value, "none are allowed, so nothing could be issued", "write 1 at least");
    }
    return new RateLimit(scope, allowed, period);
  }

  private static Duration period(ConfigValue at, String text, Surroundings around)
      throws UnreadableValueException {
    Duration period;
    try {
      period = Quantities.DURATION.read(ConfigValueFactory.fromAnyRef(text), around);
    } catch (UnreadableValueException e) {
      throw new UnreadableValueException(
          at, e.faults().get(0).what(), "write for example " + EXAMPLE);
    }
    if (period.compareTo(LONGEST) > 0) {
      throw new UnreadableValueException(
          at, Shown.value(at) + " is more than is kept count of", "write 30 days at most");
    }
    return period;
  }
}
