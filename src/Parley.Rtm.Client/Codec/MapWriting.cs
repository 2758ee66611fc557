using Parley.Rtm.Transport;

namespace Parley.Rtm.Client.Codec;

/// <summary>Parameters that several quests share.</summary>
internal static class MapWriting
{
    /// <summary>Adds the filter of types; null or empty stands for all types and is left out.</summary>
    public static FpnnMapWriter AddTypes(this FpnnMapWriter map, IReadOnlyCollection<byte>? types)
    {
        if (types is { Count: > 0 })
            map.Add("mtypes"u8, [.. types.Select(static type => (long)type)]);
        return map;
    }

    /// <summary>Adds a map, or nothing when it is null.</summary>
    public static FpnnMapWriter AddIfAny(this FpnnMapWriter map, ReadOnlySpan<byte> key, IReadOnlyDictionary<string, string>? values) =>
        values is null ? map : map.Add(key, values);
}
