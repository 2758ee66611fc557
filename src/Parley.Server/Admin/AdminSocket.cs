using Parley.Server.Hosting;

namespace Parley.Server.Admin;

/// <summary>The socket file of the local admin door.</summary>
internal static class AdminSocket
{
    /// <summary>Clears the way for the socket; null when its path cannot be one. Only the holder of the data directory may call this.</summary>
    public static string? Prepare(DataDirectory directory, ILogger logger)
    {
        if (directory.AdminSocket is { } path)
        {
            File.Delete(path);
            return path;
        }
        logger.AdminPathTooLong(directory.FullPath);
        return null;
    }

    /// <summary>Only the owner may connect. (Connecting takes the right to write, which nobody else had before either.)</summary>
    public static void Protect(string? path)
    {
        if (path is not null && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Removes the socket.</summary>
    public static void Remove(string? path)
    {
        if (path is not null)
            File.Delete(path);
    }
}
