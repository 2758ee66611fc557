using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>What a server keeps of files on its disk.</summary>
internal static class FileFolder
{
    public static string PathOf(ParleyServerProcess server, string sha256) =>
        Path.Combine(server.DataDirectory, "files", sha256[..2], sha256[2..4], sha256);

    /// <summary>How many uploads lie unfinished.</summary>
    public static int Spooled(ParleyServerProcess server) => Directory.GetFiles(Path.Combine(server.DataDirectory, "files", "spool")).Length;
}
