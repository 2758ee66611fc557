using Parley.Server.Settings;

namespace Parley.Server.Commands;

/// <summary>What every command is given: the settings as the command line changes them, the clock and where to print.</summary>
internal sealed class CommandContext(IReadOnlyList<KeyValuePair<string, string?>> overrides, TimeProvider time, TextWriter output, TextWriter error)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Where answers are printed.</summary>
    public TextWriter Output => output;

    /// <summary>Where complaints are printed.</summary>
    public TextWriter Error => error;

    /// <summary>Reads and checks the settings.</summary>
    public ParleySettings LoadSettings(string? dataDirectory) => SettingsLoader.Load(overrides, dataDirectory);
}
