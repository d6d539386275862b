package io.hybridtls.agent.admin;

import io.hybridtls.agent.inventory.KeyAlgorithm;
import io.hybridtls.certstore.model.CertificateId;
import io.hybridtls.certstore.model.Generation;
import io.hybridtls.certstore.model.HeldCertificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives chains away, and keys only as PKCS#12 under a password that whoever asks has chosen: {@code
 * files}, each with its name and its content in Base64.
 */
public final class ExportResource implements AdminResource {

  private static final Logger LOG = LoggerFactory.getLogger(ExportResource.class);

  /** Short passwords of a file that anybody may copy are guessed. */
  private static final int MIN_PASSWORD = 8;

  private final ManagedCertificates certificates;

  public ExportResource(ManagedCertificates certificates) {
    this.certificates = certificates;
  }

  @Override
  public String route() {
    return "POST /v1/certificate/export";
  }

  @Override
  public Map<String, ?> answer(Map<String, List<String>> parameters, Progress progress) {
    Parameters asked = new Parameters(parameters);
    CertificateId id = asked.id();
    Generation generation = certificates.generation(id, asked.generation());
    Optional<String> password = asked.find("password");
    if (password.filter(text -> text.length() < MIN_PASSWORD).isPresent()) {
      throw new RefusedRequestException(
          RefusedRequestException.USAGE,
          "the password has fewer than " + MIN_PASSWORD + " characters; choose a longer one");
    }
    List<Map<String, Object>> files = new ArrayList<>();
    for (HeldCertificate held : generation.certificates()) {
      String name =
          generation.certificates().size() == 1 ? id.value() : id + "-" + KeyAlgorithm.nameOf(held);
      files.add(
          password.isPresent()
              ? file(name + ".pfx", PortableIdentity.pfx(id.value(), held, password.get()), true)
              : file(name + ".pem", PortableIdentity.pem(held.chain()), false));
    }
    password.ifPresent(
        secret -> LOG.warn("certificate {}: the private key was exported", generation.label()));
    return Map.of("exit", 0, "generation", generation.label(), "files", files);
  }

  private static Map<String, Object> file(String name, byte[] content, boolean secret) {
    return Map.of(
        "name", name, "content", Base64.getEncoder().encodeToString(content), "secret", secret);
  }
}
