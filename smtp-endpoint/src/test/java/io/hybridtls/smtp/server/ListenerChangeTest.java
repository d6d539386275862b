package io.hybridtls.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hybridtls.smtp.server.ListenerSettings.ListenerTls;
import io.hybridtls.smtp.testing.SmtpConversation;
import io.hybridtls.smtp.tls.ClientCertificateMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerChangeTest {

  private @TempDir Path folder;
  private ServerWorld world;

  @BeforeEach
  void listen() throws Exception {
    world = ServerWorld.in(folder);
    world.listening(world.plain());
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aPortInUseShouldBeNamedAndChangeNothing() throws Exception {
    InetSocketAddress before = world.address("plain");
    AtomicBoolean changed = new AtomicBoolean();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ListenerSettings fresh = at(world.starttls(ClientCertificateMode.NONE), "fresh", 0);
      ListenerSettings blocked = at(world.plain(), "blocked", taken.getLocalPort());

      assertThatThrownBy(
              () ->
                  world.server.apply(
                      ServerWorld.policy(ServerWorld.LIMITS, 0),
                      List.of(fresh, blocked),
                      () -> changed.set(true)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("listener blocked cannot listen on")
          .hasMessageContaining(":" + taken.getLocalPort() + ": ")
          .hasMessageContaining("in use")
          .hasMessageContaining("smtp.listeners.blocked.address");
    }
    assertThat(changed).isFalse();
    assertThat(world.server.addresses()).containsOnlyKeys("plain");
    try (SmtpConversation client = SmtpConversation.greeted(before)) {
      assertThat(client.command("NOOP")).as("under the policy of before").startsWith("250 ");
    }
  }

  @Test
  void aNewAddressShouldBeBoundBeforeTheOldOneIsLeft() throws Exception {
    InetSocketAddress before = world.address("plain");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (SmtpConversation open = SmtpConversation.greeted(before)) {
      world.listening(at(world.plain(), "plain", port));

      assertThat(world.address("plain").getPort()).isEqualTo(port);
      assertThatThrownBy(() -> SmtpConversation.connect(before)).isInstanceOf(IOException.class);
      assertThat(open.command("NOOP")).as("an open session goes on").startsWith("250 ");
      SmtpConversation.greeted(world.address("plain")).close();
    }
  }

  @Test
  void aListenerThatIsOnlyRenamedShouldKeepItsSocket() throws Exception {
    InetSocketAddress before = world.address("plain");

    world.listening(at(world.plain(), "other", before.getPort()));

    assertThat(world.server.addresses()).containsOnlyKeys("other");
    assertThat(world.address("other")).isEqualTo(before);
    SmtpConversation.greeted(before).close();
  }

  @Test
  void aChangedPolicyShouldHoldForSessionsThatBeginAfterIt() throws Exception {
    try (SmtpConversation open = SmtpConversation.greeted(world.address("plain"))) {
      world.listening(ServerWorld.policy(ServerWorld.LIMITS, 1), world.plain());

      try (SmtpConversation next = SmtpConversation.connect(world.address("plain"))) {
        assertThat(next.reply()).startsWith("421 4.7.0 ");
      }
      assertThat(open.command("NOOP")).startsWith("250 ");
    }
  }

  @Test
  void aListenerThatIsGoneShouldAcceptNothingMore() throws Exception {
    InetSocketAddress before = world.address("plain");

    world.listening(at(world.plain(), "another", 0));
    world.server.apply(ServerWorld.policy(ServerWorld.LIMITS, 10), List.of(), () -> {});

    assertThat(world.server.addresses().keySet()).isEqualTo(Set.of());
    assertThatThrownBy(() -> SmtpConversation.connect(before)).isInstanceOf(IOException.class);
  }

  @Test
  void aClientOfASocketForBothFamiliesShouldKeepItsIpv4Address() throws Exception {
    ListenerSettings both =
        new ListenerSettings(
            "both",
            new InetSocketAddress("::", 0),
            ListenerTls.NONE,
            Optional.empty(),
            ClientCertificateMode.NONE,
            world.clientTrust);
    world.listening(both);
    InetSocketAddress ipv4 =
        new InetSocketAddress(
            InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), world.address("both").getPort());

    try (SmtpConversation client = SmtpConversation.greeted(ipv4)) {
      client.send("alice@example.org", "bob@contoso.example", "\r\nHello.\r\n");
    }

    assertThat(world.taken())
        .as("rules about addresses look at it")
        .singleElement()
        .asString()
        .contains("([127.0.0.1])");
  }

  private static ListenerSettings at(ListenerSettings settings, String name, int port) {
    return new ListenerSettings(
        name,
        new InetSocketAddress(settings.address().getAddress(), port),
        settings.tls(),
        settings.certificate(),
        settings.clientCertificate(),
        settings.clientTrust());
  }
}
