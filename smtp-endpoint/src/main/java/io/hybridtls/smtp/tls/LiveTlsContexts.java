package io.hybridtls.smtp.tls;

import io.hybridtls.certstore.live.LiveCertificates;
import io.hybridtls.certstore.live.LiveSnapshot;
import io.hybridtls.certstore.live.SwapParticipant;
import io.hybridtls.certstore.live.SwapRejectedException;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.smtp.tls.TlsUses.ServerUse;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;

/**
 * Follows the live certificates. A certificate's contexts are built when its generation changes; a
 * change of trust or connectors builds all of them anew, and with them the session ticket keys, so
 * that no resumption crosses such a change.
 */
public final class LiveTlsContexts implements TlsContexts, SwapParticipant {

  private final ContextFactory factory;
  private volatile ContextSet live;

  private LiveTlsContexts(ContextFactory factory, ContextSet live) {
    this.factory = factory;
    this.live = live;
  }

  /**
   * Builds the contexts of the current snapshot and follows every later one.
   *
   * @throws SwapRejectedException when a certificate of the current snapshot cannot be used
   */
  public static LiveTlsContexts follow(LiveCertificates certificates, TlsUses uses)
      throws SwapRejectedException {
    return follow(certificates, uses, new ContextFactory(TlsLibrary.available()));
  }

  /** The same, with contexts of {@code factory}. */
  static LiveTlsContexts follow(LiveCertificates certificates, TlsUses uses, ContextFactory factory)
      throws SwapRejectedException {
    LiveSnapshot snapshot = certificates.snapshot();
    LiveTlsContexts contexts =
        new LiveTlsContexts(factory, ContextSet.build(factory, uses, snapshot));
    certificates.join(contexts);
    return contexts;
  }

  /**
   * Builds every context anew for a changed configuration. The returned action puts them into use;
   * it cannot fail.
   */
  public synchronized Runnable prepare(TlsUses uses) throws SwapRejectedException {
    ContextSet base = live;
    ContextSet prepared = ContextSet.build(factory, uses, base.snapshot());
    return () -> replace(base, prepared, current -> prepared.next(factory, current.snapshot()));
  }

  @Override
  public synchronized Runnable prepare(LiveSnapshot next) throws SwapRejectedException {
    ContextSet base = live;
    ContextSet prepared = base.next(factory, next);
    return () -> replace(base, prepared, current -> current.next(factory, next));
  }

  /** Joins what was prepared with what came into use meanwhile. */
  @FunctionalInterface
  private interface Merge {
    ContextSet with(ContextSet current) throws SwapRejectedException;
  }

  /**
   * Puts {@code prepared} into use. A swap and a change of configuration may cross: each was
   * prepared from the same base, and neither may undo the other.
   */
  private synchronized void replace(ContextSet base, ContextSet prepared, Merge merge) {
    try {
      live = live.equals(base) ? prepared : merge.with(live);
    } catch (SwapRejectedException e) {
      // the parts were accepted one by one a moment ago
      throw new IllegalStateException("a swap and a reload at once: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<SslContext> server(CertificateId certificate, ClientCertificateMode mode) {
    return Optional.ofNullable(live.servers().get(new ServerUse(certificate, mode)));
  }

  @Override
  public Optional<ClientTls> client(Optional<CertificateId> certificate) {
    ContextSet set = live;
    return certificate.isPresent()
        ? Optional.ofNullable(set.clients().get(certificate.get()))
        : Optional.of(set.anonymous());
  }
}
