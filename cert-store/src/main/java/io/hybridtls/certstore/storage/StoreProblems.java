package io.hybridtls.certstore.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How the store words what it cannot read or write: the file, what is wrong, what to do. */
final class StoreProblems {

  private StoreProblems() {}

  static StoreException unreadable(Path file, IOException cause) {
    return new StoreException("cannot read " + file + ": " + reason(cause), cause);
  }

  static StoreException unwritable(Path file, IOException cause) {
    return new StoreException("cannot write " + file + ": " + reason(cause), cause);
  }

  /** A file whose content is not what the store wrote; {@code what} says how one can tell. */
  static StoreException damaged(String generation, Path file, String what) {
    return damaged(
        generation,
        file,
        what,
        "restore it from a backup, or remove its folder and renew the certificate");
  }

  /** The same of a key: those of others lie in the same folder. */
  static StoreException damagedKey(String name, Path file, String what) {
    return damaged(
        "key " + name,
        file,
        what,
        "restore it from a backup, or remove this file, and another key is made when one is"
            + " needed");
  }

  private static StoreException damaged(String thing, Path file, String what, String remedy) {
    return new StoreException(thing + " is damaged: " + file + ": " + what + "; " + remedy);
  }

  static StoreException wrongSecret(Path file) {
    return new StoreException(
        file
            + " does not open with the store secret: set store.secret to the secret that the store"
            + " was written with, or restore the file from a backup if it is damaged");
  }

  private static String reason(IOException cause) {
    if (cause instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied; it must belong to the user that runs the agent";
    }
    if (cause instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return String.valueOf(cause.getMessage());
  }
}
