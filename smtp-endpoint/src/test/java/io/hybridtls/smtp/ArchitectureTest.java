package io.hybridtls.smtp;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.hybridtls.smtp.inbound.AddressRange;
import io.hybridtls.smtp.tls.PeerIdentity;
import io.hybridtls.smtp.tls.ReferenceIdentity;
import io.hybridtls.smtp.tls.TrustSource;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.NetUtil;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import javax.net.ssl.SSLContext;

/** The walls between the rooms. Each rule says what a room may know; nothing else may it. */
@AnalyzeClasses(packages = "io.hybridtls.smtp", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String PROTOCOL = "io.hybridtls.smtp.protocol..";
  private static final String SESSION = "io.hybridtls.smtp.session..";
  private static final String TLS = "io.hybridtls.smtp.tls..";
  private static final String SERVER = "io.hybridtls.smtp.server..";
  private static final String INBOUND = "io.hybridtls.smtp.inbound..";
  private static final String SPOOL = "io.hybridtls.smtp.spool..";
  private static final String OUTBOUND = "io.hybridtls.smtp.outbound..";
  private static final String CLIENT = "io.hybridtls.smtp.client..";
  private static final String ENDPOINT = "io.hybridtls.smtp.endpoint..";
  private static final String NETTY = "io.netty..";

  @ArchTest static final ArchRule protocolKnowsNobody = room(PROTOCOL).mayKnow();

  @ArchTest static final ArchRule tlsKnowsNobody = room(TLS).mayKnow();

  @ArchTest static final ArchRule inboundKnowsWhoAndWhat = room(INBOUND).mayKnow(PROTOCOL, TLS);

  @ArchTest
  static final ArchRule sessionAsksWhoMayRelay = room(SESSION).mayKnow(PROTOCOL, INBOUND, TLS);

  @ArchTest
  static final ArchRule sessionKnowsOnlyThePeersIdentity =
      noClasses()
          .that()
          .resideInAPackage(SESSION)
          .should()
          .dependOnClassesThat(resideInAnyPackage(TLS).and(isNot(PeerIdentity.class)));

  @ArchTest static final ArchRule spoolKnowsNoTransport = room(SPOOL).mayKnow(PROTOCOL);

  @ArchTest
  static final ArchRule outboundPlansAndDoesNotSend = room(OUTBOUND).mayKnow(PROTOCOL, SPOOL, TLS);

  @ArchTest
  static final ArchRule outboundKnowsValuesOfTlsOnly =
      noClasses()
          .that()
          .resideInAPackage(OUTBOUND)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage(TLS)
                  .and(isNot(ReferenceIdentity.class))
                  .and(isNot(TrustSource.class)));

  @ArchTest
  static final ArchRule clientCarriesWhatOutboundPlans =
      room(CLIENT).mayKnow(PROTOCOL, SPOOL, TLS, OUTBOUND);

  @ArchTest
  static final ArchRule serverDrivesTheSession =
      room(SERVER).mayKnow(PROTOCOL, SESSION, TLS, INBOUND, SPOOL);

  @ArchTest
  static final ArchRule nobodyKnowsTheEndpoint =
      noClasses()
          .that()
          .resideOutsideOfPackage(ENDPOINT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ENDPOINT);

  @ArchTest
  static final ArchRule roomsAreNotTangled =
      slices().matching("io.hybridtls.smtp.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule socketsStayWhereTheyBelong =
      noClasses()
          .that()
          .resideOutsideOfPackages(TLS, SERVER, CLIENT, ENDPOINT)
          .and()
          .doNotBelongToAnyOf(AddressRange.class)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(NETTY);

  @ArchTest
  static final ArchRule addressesAreReadWithoutLookingThemUp =
      noClasses()
          .that()
          .belongToAnyOf(AddressRange.class)
          .should()
          .dependOnClassesThat(resideInAnyPackage(NETTY).and(isNot(NetUtil.class)));

  @ArchTest
  static final ArchRule onlyTheSpoolKnowsTheDatabase =
      noClasses()
          .that()
          .resideOutsideOfPackage(SPOOL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.sqlite..");

  @ArchTest
  static final ArchRule onlyTlsBuildsContexts =
      noClasses()
          .that()
          .resideOutsideOfPackage(TLS)
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(SslContextBuilder.class, SSLContext.class);

  @ArchTest
  static final ArchRule timeIsGiven =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(OffsetDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone")
          .orShould()
          .callMethod(InstantSource.class, "system")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callConstructor(Date.class);

  @ArchTest
  static final ArchRule nobodySleeps =
      noClasses()
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class, int.class);

  @ArchTest
  static final ArchRule nobodyPrints =
      noClasses()
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err")
          .orShould()
          .callMethod(Throwable.class, "printStackTrace");

  @ArchTest
  static final ArchRule nothingIsSharedAndMutable = fields().that().areStatic().should().beFinal();

  /** Begins a rule about what the classes of {@code room} depend on within the module. */
  private static Room room(String room) {
    return new Room(room);
  }

  private record Room(String name) {

    /** Itself, these rooms, and whatever is not of this module. */
    ArchRule mayKnow(String... others) {
      String[] known = new String[others.length + 1];
      known[0] = name;
      System.arraycopy(others, 0, known, 1, others.length);
      return classes()
          .that()
          .resideInAPackage(name)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(known).or(resideOutsideOfPackages("io.hybridtls.smtp..")));
    }
  }

  private static DescribedPredicate<JavaClass> isNot(Class<?> type) {
    return DescribedPredicate.describe(
        "other than " + type.getSimpleName(),
        candidate ->
            !candidate.isEquivalentTo(type)
                && candidate
                    .getEnclosingClass()
                    .filter(outer -> outer.isEquivalentTo(type))
                    .isEmpty());
  }
}
