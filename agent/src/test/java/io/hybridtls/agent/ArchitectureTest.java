package io.hybridtls.agent;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.stream.Stream;

/** The walls between the agent's rooms, and the library that each of them keeps to itself. */
@AnalyzeClasses(packages = "io.hybridtls.agent", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchRule inventoryKnowsNobody = room("inventory").mayKnow();

  @ArchTest static final ArchRule rateLimitKnowsNobody = room("ratelimit").mayKnow();

  @ArchTest static final ArchRule httpKnowsNobody = room("http").mayKnow();

  @ArchTest static final ArchRule tlsAlpnKnowsNobody = room("tlsalpn").mayKnow();

  @ArchTest static final ArchRule chainKnowsNobody = room("chain").mayKnow();

  @ArchTest static final ArchRule secretKnowsNobody = room("secret").mayKnow();

  @ArchTest
  static final ArchRule activationKnowsWhatShouldExist = room("activation").mayKnow("inventory");

  @ArchTest
  static final ArchRule renewalKnowsNoIssuer =
      room("renewal").mayKnow("inventory", "activation", "ratelimit");

  @ArchTest
  static final ArchRule acmeAnswersToRenewal =
      room("acme").mayKnow("renewal", "inventory", "http", "tlsalpn", "secret");

  @ArchTest
  static final ArchRule localCaAnswersToRenewal =
      room("localca").mayKnow("renewal", "inventory", "http");

  @ArchTest
  static final ArchRule importedAnswersToRenewal =
      room("imported").mayKnow("renewal", "inventory", "chain", "secret");

  @ArchTest
  static final ArchRule estAnswersToRenewal =
      room("est").mayKnow("renewal", "inventory", "chain", "secret");

  @ArchTest
  static final ArchRule configMakesValuesOfTheRoomsThatUseThem =
      room("config")
          .mayKnow("inventory", "acme", "localca", "est", "imported", "secret", "ratelimit");

  @ArchTest
  static final ArchRule adminAsksForWhatTheCommandLineWants =
      room("admin").mayKnow("renewal", "inventory", "imported", "acme", "localca");

  @ArchTest
  static final ArchRule lifecycleKnowsNoCommandLine =
      room("lifecycle")
          .mayKnow(
              "config",
              "inventory",
              "acme",
              "tlsalpn",
              "localca",
              "est",
              "imported",
              "ratelimit",
              "http",
              "renewal",
              "activation",
              "admin");

  @ArchTest
  static final ArchRule wiringKnowsNoCommandLine =
      room("wiring")
          .mayKnow(
              "config", "inventory", "ratelimit", "http", "renewal", "activation", "lifecycle");

  @ArchTest
  static final ArchRule demoIsAGuestOfTheAgent =
      room("demo").mayKnow("config", "renewal", "lifecycle", "wiring");

  @ArchTest
  static final ArchRule commandLineIsOnTop =
      room("cli").mayKnow("config", "admin", "lifecycle", "wiring", "demo");

  @ArchTest
  static final ArchRule configKnowsNothingOfIssuersButTheirValues =
      noClasses()
          .that()
          .resideInAPackage("..agent.config..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(
                      "..agent.acme..", "..agent.localca..", "..agent.est..", "..agent.imported..")
                  .and(
                      describe(
                          "are no values", c -> !c.isRecord() && !c.isEnum() && !c.isInterface())));

  @ArchTest
  static final ArchRule noRoomIsOnBothSidesOfAnother =
      slices().matching("io.hybridtls.agent.(*)..").should().beFreeOfCycles();

  @ArchTest static final ArchRule quartzRenews = only("org.quartz..").in("renewal");

  @ArchTest static final ArchRule acme4jSpeaksAcme = only("org.shredzone..").in("acme");

  @ArchTest static final ArchRule picocliReadsCommands = only("picocli..").in("cli");

  @ArchTest
  static final ArchRule guiceWires = only("com.google.inject..").in("wiring", "lifecycle");

  @ArchTest static final ArchRule hoconIsTheFile = only("com.typesafe.config..").in("config");

  @ArchTest static final ArchRule logbackIsSetUpOnce = only("ch.qos.logback..").in("cli");

  @ArchTest
  static final ArchRule nettyListens =
      noClasses()
          .that(resideOutsideOfPackages(packagesOf("http", "tlsalpn", "admin")))
          .and()
          .doNotHaveSimpleName("VersionCommand") // names the TLS library
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule theClockIsInjected =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule theClockIsChosenWhereTheAgentIsPutTogether =
      noClasses()
          .that(resideOutsideOfPackages(packagesOf("wiring", "demo")))
          .should()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(InstantSource.class, "system");

  @ArchTest
  static final ArchRule theProcessBelongsToTheCommandLine =
      noClasses()
          .that(resideOutsideOfPackages(packagesOf("cli")))
          .should()
          .callMethod(System.class, "getenv")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  private static Room room(String name) {
    return new Room(name);
  }

  private static Library only(String packages) {
    return new Library(packages);
  }

  private static String[] packagesOf(String... rooms) {
    return Arrays.stream(rooms).map(r -> "io.hybridtls.agent." + r + "..").toArray(String[]::new);
  }

  private record Room(String name) {
    ArchRule mayKnow(String... others) {
      String[] allowed =
          Stream.concat(Stream.of(name), Arrays.stream(others)).toArray(String[]::new);
      return noClasses()
          .that()
          .resideInAnyPackage(packagesOf(name))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.hybridtls.agent..")
                  .and(resideOutsideOfPackages(packagesOf(allowed))));
    }
  }

  private record Library(String packages) {
    ArchRule in(String... rooms) {
      return classes()
          .that(resideOutsideOfPackages(packagesOf(rooms)))
          .should()
          .onlyDependOnClassesThat(resideOutsideOfPackages(packages));
    }
  }
}
