namespace Parley.Server.Hosting;

/// <summary>The directory in which everything is kept that must last.</summary>
internal sealed class DataDirectory
{
    /// <summary>The longest path of a Unix domain socket, in bytes.</summary>
    private const int SocketPathBytes = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Names the directory; nothing is touched.</summary>
    public DataDirectory(string path) => FullPath = Path.GetFullPath(path);

    /// <summary>The absolute path.</summary>
    public string FullPath { get; }

    /// <summary>The database.</summary>
    public string DatabasePath => Path.Combine(FullPath, "parley.db");

    /// <summary>Files, unless a setting names another folder.</summary>
    public string FilesFolder => Path.Combine(FullPath, "files");

    /// <summary>The socket of the local admin door, absolute or relative, whichever is shorter; null when both are too long.</summary>
    public string? AdminSocket
    {
        get
        {
            var absolute = Path.Combine(FullPath, "admin.sock");
            var relative = Path.GetRelativePath(Environment.CurrentDirectory, absolute);
            var path = relative.Length < absolute.Length ? relative : absolute;
            return System.Text.Encoding.UTF8.GetByteCount(path) <= SocketPathBytes ? path : null;
        }
    }

    /// <summary>Makes the directory if it is not there, and finds out whether files can be written in it.</summary>
    public void Prepare()
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(FullPath);
            else
                Directory.CreateDirectory(FullPath, OwnerOnly);
            var probe = Path.Combine(FullPath, ".probe");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ParleyException(
                $"Parley:DataDirectory must be a directory that can be written: {e.Message.ReplaceLineEndings(" ")}", ParleyException.Failed, e);
        }
    }
}
