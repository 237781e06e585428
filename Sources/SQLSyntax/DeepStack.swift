import Glibc

/// Runs work on a thread of its own with a stated stack, and waits for it.
///
/// PostgreSQL's parser recurses as deep as the statement: on an event loop's stack a hostile text could overflow it.
enum DeepStack {
  private final class Work {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// - Parameter bytes: Size of the stack; reserved, and touched only as far as it is used.
  /// - Returns: What `body` returned; `nil` where no such thread could be started.
  static func run<Result>(bytes: Int, _ body: () -> Result) -> Result? {
    var result: Result?
    func work() { result = body() }
    withoutActuallyEscaping(work) { start(Work($0), stack: bytes) }
    return result
  }

  private static func start(_ work: Work, stack bytes: Int) {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return }
    defer { pthread_attr_destroy(&attributes) }
    guard pthread_attr_setstacksize(&attributes, bytes) == 0 else { return }
    let held = Unmanaged.passRetained(work)
    defer { held.release() }
    var thread = pthread_t()
    let started = pthread_create(
      &thread, &attributes,
      { argument in
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeUnretainedValue().body() }
        return nil
      }, held.toOpaque())
    if started == 0 { pthread_join(thread, nil) }
  }
}
