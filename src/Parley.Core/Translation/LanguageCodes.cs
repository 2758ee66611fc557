namespace Parley.Core.Translation;

/// <summary>Names of languages: ISO 639-1, and for Chinese the two scripts, which every engine spells in its own way.</summary>
internal static class LanguageCodes
{
    /// <summary>Longest code that is looked at, in characters.</summary>
    public const int Longest = 16;

    private static readonly string[] Simplified = ["zh-CN", "zh-Hans", "zh"];
    private static readonly string[] Traditional = ["zh-TW", "zh-Hant", "zt"];

    /// <summary>Whether it could be a code: letters, digits, hyphens.</summary>
    public static bool IsWellFormed(string code)
    {
        if (code.Length is < 2 or > Longest)
            return false;
        foreach (var c in code)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }
        return true;
    }

    /// <summary>The code in the spelling of the list; null when the list does not have the language.</summary>
    public static string? Find(IReadOnlyList<string> list, string code) =>
        Match(list, code) ?? ScriptOf(code)?.Select(name => Match(list, name)).FirstOrDefault(found => found is not null);

    /// <summary>Whether two codes mean the same language.</summary>
    public static bool AreSame(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (ScriptOf(one) is { } script && ReferenceEquals(script, ScriptOf(other)));

    /// <summary>The code as clients know it: an engine's names of the Chinese scripts become zh-CN and zh-TW.</summary>
    public static string ForClients(string code) =>
        ScriptOf(code) is { } script && !code.Equals("zh", StringComparison.OrdinalIgnoreCase) ? script[0] : code;

    private static string? Match(IReadOnlyList<string> list, string code) =>
        list.FirstOrDefault(known => known.Equals(code, StringComparison.OrdinalIgnoreCase));

    private static string[]? ScriptOf(string code)
    {
        if (Simplified.Contains(code, StringComparer.OrdinalIgnoreCase))
            return Simplified;
        return Traditional.Contains(code, StringComparer.OrdinalIgnoreCase) ? Traditional : null;
    }
}
