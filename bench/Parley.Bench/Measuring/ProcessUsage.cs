using System.Globalization;

namespace Parley.Bench.Measuring;

/// <summary>What a process has used so far, as the kernel tells it.</summary>
/// <param name="CpuSeconds">Processor time of all threads.</param>
/// <param name="ResidentBytes">Memory that it holds now.</param>
/// <param name="Threads">Name and processor time in seconds of each thread that lives now, by its id.</param>
internal sealed record ProcessUsage(double CpuSeconds, long ResidentBytes, IReadOnlyDictionary<string, (string Name, double Seconds)> Threads)
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on

    /// <summary>Reads what <c>/proc</c> tells of a process; null when it is gone or there is no <c>/proc</c>.</summary>
    public static ProcessUsage? Read(int processId)
    {
        try
        {
            var threads = new Dictionary<string, (string Name, double Seconds)>(StringComparer.Ordinal);
            foreach (var task in Directory.EnumerateDirectories($"/proc/{processId}/task"))
                AddThread(threads, task);
            var (_, seconds) = ReadStat($"/proc/{processId}/stat");
            return new(seconds, ReadResident(processId), threads);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads only the memory, in bytes; 0 when it cannot be read.</summary>
    public static long ReadResidentBytes(int processId)
    {
        try
        {
            return ReadResident(processId);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Processor time in seconds since <paramref name="before"/> by the name of the thread.</summary>
    public IReadOnlyDictionary<string, double> ThreadsSince(ProcessUsage before)
    {
        var times = new SortedDictionary<string, double>(StringComparer.Ordinal);
        var rest = CpuSeconds - before.CpuSeconds;
        foreach (var (id, thread) in Threads)
        {
            var known = before.Threads.GetValueOrDefault(id);
            var used = thread.Seconds - (known.Name == thread.Name ? known.Seconds : 0);
            rest -= used;
            if (used > 0)
                times[thread.Name] = Math.Round(times.GetValueOrDefault(thread.Name) + used, 2);
        }
        if (rest >= 0.05)
            times["ended threads"] = Math.Round(rest, 2);
        return times;
    }

    private static void AddThread(Dictionary<string, (string Name, double Seconds)> threads, string task)
    {
        try
        {
            threads[Path.GetFileName(task)] = ReadStat(task + "/stat");
        }
        catch (IOException)
        {
            // the thread has ended meanwhile
        }
    }

    // pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime … ; the name may hold anything
    private static (string Name, double Seconds) ReadStat(string path)
    {
        var text = File.ReadAllText(path);
        var end = text.LastIndexOf(')');
        var fields = text[(end + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return (text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..end], ticks / TicksPerSecond);
    }

    private static long ReadResident(int processId)
    {
        foreach (var line in File.ReadLines($"/proc/{processId}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
        return 0;
    }
}
