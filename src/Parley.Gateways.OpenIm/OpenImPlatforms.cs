namespace Parley.Gateways.OpenIm;

/// <summary>What a session of this protocol tells about itself; the API asks for it.</summary>
internal interface IPlatformSession
{
    /// <summary>Name of the platform; empty for number 8.</summary>
    string Platform { get; }
}

/// <summary>Platforms: numbers on the wire, names in tokens (openim.md §2.4).</summary>
internal static class OpenImPlatforms
{
    /// <summary>The number of managers, whose name is empty.</summary>
    public const int Manager = 8;

    /// <summary>The number of managers in v3 (§11).</summary>
    public const int ManagerV3 = 10;

    private static readonly string[] Names = ["IOS", "Android", "Windows", "OSX", "Web", "MiniWeb", "Linux", ""];

    private static readonly string[] NamesV3 = ["IOS", "Android", "Windows", "OSX", "Web", "MiniWeb", "Linux", "APad", "IPad", "", "HarmonyOS"];

    /// <summary>The name of a number; null when there is no such platform.</summary>
    public static string? NameOf(int number) => number >= 1 && number <= Names.Length ? Names[number - 1] : null;

    /// <summary>The name of a number of v3; null when there is no such platform.</summary>
    public static string? NameOfV3(int number) => number >= 1 && number <= NamesV3.Length ? NamesV3[number - 1] : null;

    /// <summary>The number of a name in v3; 0 for an unknown one.</summary>
    public static int NumberOfV3(string name) => Array.IndexOf(NamesV3, name) + 1;

    /// <summary>Whether a connection that opens ends another one of the same user (§2.5).</summary>
    /// <param name="policy">1 to 4.</param>
    /// <param name="newer">Platform of the one that opens.</param>
    /// <param name="older">Platform of the other one.</param>
    public static bool Excludes(int policy, string newer, string older) => policy switch
    {
        2 => true,
        3 => newer == older || (!IsWeb(newer) && !IsWeb(older)),
        4 => (IsPc(newer) && IsPc(older)) || (IsMobile(newer) && IsMobile(older)),
        _ => newer == older,
    };

    private static bool IsMobile(string name) => name is "IOS" or "Android";

    private static bool IsPc(string name) => name is "Windows" or "OSX" or "Linux";

    private static bool IsWeb(string name) => name is "Web" or "MiniWeb";
}
