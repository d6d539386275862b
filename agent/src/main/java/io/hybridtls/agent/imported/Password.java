package io.hybridtls.agent.imported;

/** What opens an encrypted key; it prints as {@code ****}. */
public final class Password {

  private final String text;

  private Password(String text) {
    this.text = text;
  }

  public static Password of(String text) {
    return new Password(text);
  }

  char[] characters() {
    return text.toCharArray();
  }

  @Override
  public String toString() {
    return "****";
  }
}
