import Glibc
import NIOCore
import ProxyCore
import SessionModel

/// Reads the clocks for machines, which have none.
enum MachineClock {
  static func wall() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  static func now() -> MachineTime {
    MachineTime(wall: wall(), monotonic: Int64(NIODeadline.now().uptimeNanoseconds / 1000))
  }
}
