namespace Parley.Rtm.Sdk.Tests.Backend;

/// <summary>Changes to lists of parameters.</summary>
internal static class Pairs
{
    public static (string Key, object? Value)[] Without(this (string Key, object? Value)[] pairs, string key) =>
        [.. pairs.Where(pair => pair.Key != key)];
}
