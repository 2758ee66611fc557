using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Client.Codec;

/// <summary>
/// Maps in answers whose keys are ids: integers, or their decimal text. Duplicate ids: the last one wins. What does not convert fails with
/// 10010 at the parameters, as their own lookups do.
/// </summary>
internal static class AnswerMaps
{
    private delegate bool ValueReader<T>(scoped ref MessagePackReader reader, out T value);

    public static Dictionary<long, int> Counts(this ref FpnnParameters answer, ReadOnlySpan<byte> key)
    {
        return Read<int>(ref answer, key, TryReadCount);

        static bool TryReadCount(scoped ref MessagePackReader reader, out int value)
        {
            var read = FpnnValue.TryReadInt64(ref reader, out var number) && number is >= 0 and <= int.MaxValue;
            value = read ? (int)number : 0;
            return read;
        }
    }

    public static Dictionary<long, long> Times(this ref FpnnParameters answer, ReadOnlySpan<byte> key) =>
        Read<long>(ref answer, key, FpnnValue.TryReadInt64);

    public static Dictionary<long, string> Texts(this ref FpnnParameters answer, ReadOnlySpan<byte> key) =>
        Read<string>(ref answer, key, FpnnValue.TryReadString);

    public static Dictionary<long, IReadOnlyList<byte>> TypeLists(this ref FpnnParameters answer, ReadOnlySpan<byte> key)
    {
        return Read<IReadOnlyList<byte>>(ref answer, key, TryReadTypes);

        static bool TryReadTypes(scoped ref MessagePackReader reader, out IReadOnlyList<byte> value)
        {
            var types = new List<byte>();
            value = types;
            if (reader.TryReadNil())
                return true;
            if (!FpnnValue.TryReadListHeader(ref reader, out var count, out var isMap))
                return false;
            for (var i = 0; i < count; i++)
            {
                if (!FpnnValue.TryReadInt64(ref reader, out var type) || type is < 0 or > byte.MaxValue || (isMap && !reader.TrySkip()))
                    return false;
                types.Add((byte)type);
            }
            return true;
        }
    }

    /// <summary>Ids with times; from servers of the later generations, which answer a plain list, with 0 for every time.</summary>
    public static Dictionary<long, long> TimesOrIds(this ref FpnnParameters answer, ReadOnlySpan<byte> key)
    {
        if (!answer.TryGetRaw(key, out var raw))
            return [];
        var reader = new MessagePackReader(raw);
        if (!reader.TryPeekType(out var type) || type != MessagePackType.Array)
            return answer.Times(key);
        var ids = new Dictionary<long, long>();
        foreach (var id in answer.Int64List(key))
            ids[id] = 0;
        return ids;
    }

    private static Dictionary<long, T> Read<T>(ref FpnnParameters answer, ReadOnlySpan<byte> key, ValueReader<T> tryRead)
    {
        var map = new Dictionary<long, T>();
        if (!answer.TryGetRaw(key, out var raw))
            return map;
        var reader = new MessagePackReader(raw);
        // an empty map is an empty array for old PHP servers
        if (reader.TryReadArrayHeader(out var count) && count == 0)
            return map;
        if (!reader.TryReadMapHeader(out count))
            answer.Fail(FpnnErrorCode.WrongType, key);
        for (var i = 0; i < count && !answer.Failed; i++)
        {
            if (FpnnValue.TryReadInt64(ref reader, out var id) && tryRead(ref reader, out var value))
                map[id] = value;
            else
                answer.Fail(FpnnErrorCode.WrongType, key);
        }
        return map;
    }
}
