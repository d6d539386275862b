package io.hybridtls.smtp.bench;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLSession;
import io.netty.internal.tcnative.SSLSessionCache;
import java.lang.reflect.Field;

/**
 * The session that a load resumes, again and again. Netty's own cache uses a TLS 1.3 ticket once
 * (RFC 8446, appendix C.4), and Postfix gives no new one with a resumed session, so with it every
 * other session would be a full one. Used on one event loop.
 */
final class Ticket implements SSLSessionCache {

  private long session;

  /** Takes the tickets of every session of {@code context}. */
  static Ticket of(ReferenceCountedOpenSslContext context) {
    Ticket ticket = new Ticket();
    context.sessionContext().setSessionCacheEnabled(true);
    SSLContext.setSSLSessionCache(nativeContext(context), ticket);
    return ticket;
  }

  /** Netty gives out BoringSSL's context, but not its own around it, which has the cache. */
  private static long nativeContext(ReferenceCountedOpenSslContext context) {
    try {
      Field field = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
      field.setAccessible(true);
      return field.getLong(context);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Netty keeps its native context elsewhere", e);
    }
  }

  /** Has {@code engine}'s handshake resume the latest session, if there is one. */
  void offer(ReferenceCountedOpenSslEngine engine) {
    if (session != 0) {
      SSL.setSession(engine.sslPointer(), session);
    }
  }

  @Override
  public boolean sessionCreated(long ssl, long created) {
    if (session != 0) {
      SSLSession.free(session);
    }
    session = created;
    return true; // it is ours to free
  }

  @Override
  public long getSession(long ssl, byte[] id) {
    return 0; // asked of servers only
  }
}
