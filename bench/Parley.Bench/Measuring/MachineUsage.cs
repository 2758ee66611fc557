using System.Globalization;

namespace Parley.Bench.Measuring;

/// <summary>Processor time that all programs of the machine have used so far.</summary>
internal static class MachineUsage
{
    private const double TicksPerSecond = 100; // USER_HZ, as in ProcessUsage
    private const int Idle = 3;
    private const int Waiting = 4;
    private const int Guest = 8; // guest time is contained in user time

    /// <summary>Reads it, in seconds over all processors; null where it cannot be read.</summary>
    public static double? ReadBusySeconds()
    {
        try
        {
            // cpu user nice system idle iowait irq softirq steal guest guest_nice
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
            var ticks = 0L;
            for (var i = 0; i < fields.Length && i < Guest; i++)
            {
                if (i is not (Idle or Waiting))
                    ticks += long.Parse(fields[i], CultureInfo.InvariantCulture);
            }
            return ticks / TicksPerSecond;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
