import Foundation

/// Keeps a second writer out of a journal's directory: `flock` on a file in it, which ends with the process.
final class JournalLock {
  private var descriptor: Int32

  init(directory: String) throws(JournalError) {
    descriptor = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw JournalError(.storage, detail: "the lock cannot be opened: \(String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      descriptor = -1
      throw JournalError(.locked, detail: "another recorder has this store open")
    }
  }

  deinit {
    release()
  }

  func release() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
