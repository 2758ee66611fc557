namespace Parley.Server;

/// <summary>Something that the operator can put right: one clear line, an exit code, no stack trace.</summary>
internal sealed class ParleyException(string message, int exitCode = ParleyException.Failed, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of something that went wrong while starting or running.</summary>
    public const int Failed = 1;

    /// <summary>The exit code of wrong settings or a wrong command line.</summary>
    public const int Misused = 2;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>A wrong setting.</summary>
    public static ParleyException Setting(string line) => new(line, Misused);
}
