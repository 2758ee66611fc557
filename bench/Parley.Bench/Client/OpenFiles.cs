using System.Globalization;

namespace Parley.Bench.Client;

/// <summary>The limit of open files, of which every connection needs one in each of the two processes.</summary>
internal static class OpenFiles
{
    private const int Spare = 256;
    private const string Name = "Max open files";

    /// <summary>Files that a process has open, sockets among them; 0 when it cannot be read.</summary>
    public static int Count(int processId)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{processId}/fd").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Throws when so many connections are more than this process may have.</summary>
    public static void Check(int connections)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(static l => l.StartsWith(Name, StringComparison.Ordinal));
        var soft = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        var needed = (long)connections + Spare;
        if (!long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) || needed <= limit)
            return;
        throw new BenchException(
            $"{connections:N0} connections need {needed:N0} open files in the load generator and as many in the server; "
            + $"the limit is {limit:N0} (ulimit -n)");
    }
}
