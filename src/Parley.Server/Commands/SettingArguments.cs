namespace Parley.Server.Commands;

/// <summary>Takes settings such as <c>--Parley:DrainSeconds=3</c> or <c>--Parley:DrainSeconds 3</c> out of a command line.</summary>
internal static class SettingArguments
{
    private const string Prefix = "--Parley:";

    /// <summary>Returns the other arguments, and the settings.</summary>
    public static (string[] Others, IReadOnlyList<KeyValuePair<string, string?>> Settings) Split(IReadOnlyList<string> arguments)
    {
        var others = new List<string>();
        var settings = new List<KeyValuePair<string, string?>>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                others.Add(argument);
                continue;
            }
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                settings.Add(new(argument[2..equals], argument[(equals + 1)..]));
            else if (i + 1 < arguments.Count)
                settings.Add(new(argument[2..], arguments[++i]));
            else
                throw ParleyException.Setting($"{argument[2..]} needs a value: {argument}=VALUE");
        }
        return ([.. others], settings);
    }
}
