package io.hybridtls.smtp.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Finds the addresses of a next hop. Safe for any thread; does not block. */
@FunctionalInterface
public interface HostResolver {

  /**
   * Resolves {@code host}.
   *
   * @param host a DNS name or an IP address without brackets, which stands for itself
   * @return at least one address, in the order in which to try them; completes exceptionally with
   *     {@link UnknownHostException} when there is none
   */
  CompletionStage<List<InetAddress>> resolve(String host);

  /** Asks the operating system, its hosts file included, on {@code workers}. */
  static HostResolver system(Executor workers) {
    return host ->
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return List.of(InetAddress.getAllByName(host));
              } catch (UnknownHostException e) {
                throw new CompletionException(e);
              }
            },
            workers);
  }
}
