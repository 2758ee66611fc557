using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Parley.Bench.Measuring;

/// <summary>How long the disk takes to take a small write for good. Without it, no durable figure means anything.</summary>
internal static class FlushProbe
{
    private const int BlockBytes = 8 * 1024;
    private const int FileBytes = 1024 * 1024;
    private const int MostFlushes = 250;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(1);

    /// <summary>Writes and flushes blocks of a file in this directory, one at a time.</summary>
    public static LatencyHistogram Measure(string directory)
    {
        var path = Path.Combine(directory, "flush.probe");
        var histogram = new LatencyHistogram();
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var block = new byte[BlockBytes];
            for (var at = 0; at < FileBytes; at += BlockBytes)
                RandomAccess.Write(file, block, at);
            RandomAccess.FlushToDisk(file);
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < MostFlushes && Stopwatch.GetElapsedTime(start) < MostTime; i++)
            {
                block[0]++;
                RandomAccess.Write(file, block, (long)i * BlockBytes % FileBytes);
                var before = Stopwatch.GetTimestamp();
                Flush(file);
                histogram.Record(Stopwatch.GetTimestamp() - before);
            }
        }
        finally
        {
            File.Delete(path);
        }
        return histogram;
    }

    // as SQLite does it: the data, without the file's times, which would cost a write more
    private static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (FlushData(file) != 0)
            throw new IOException($"fdatasync failed: error {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushData(SafeFileHandle file);
}
