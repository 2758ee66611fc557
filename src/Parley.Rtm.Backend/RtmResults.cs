using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Backend;

/// <summary>A message was taken by the server.</summary>
/// <param name="Mid">Its id.</param>
/// <param name="Time">When, to the millisecond; 1970 when the server does not say.</param>
public readonly record struct RtmSendResult(long Mid, DateTimeOffset Time);

/// <summary>Where a user is.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Latitude">In degrees.</param>
/// <param name="Longitude">In degrees.</param>
public readonly record struct RtmUserPosition(long UserId, double Latitude, double Longitude)
{
    // A list of [uid, lat, lng], the last two as texts (rtm-server §4.9) or as numbers.
    internal static IReadOnlyList<RtmUserPosition> ReadList(ref FpnnParameters answer)
    {
        if (!answer.TryGetRaw("geos"u8, out var encoded))
            return [];
        var reader = new MessagePackReader(encoded);
        var positions = new List<RtmUserPosition>();
        if (!reader.TryReadArrayHeader(out var count))
        {
            answer.Fail(FpnnErrorCode.WrongType, "geos"u8);
            return [];
        }

        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadArrayHeader(out var width) || width < 3
                || !FpnnValue.TryReadInt64(ref reader, out var uid)
                || !TryReadDegrees(ref reader, out var latitude)
                || !TryReadDegrees(ref reader, out var longitude)
                || !TrySkip(ref reader, width - 3))
            {
                answer.Fail(FpnnErrorCode.WrongType, "geos"u8);
                return [];
            }

            positions.Add(new RtmUserPosition(uid, latitude, longitude));
        }

        return positions;
    }

    private static bool TryReadDegrees(ref MessagePackReader reader, out double value) =>
        FpnnValue.TryReadDouble(ref reader, out value)
        || (FpnnValue.TryReadString(ref reader, out var text)
            && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out value));

    private static bool TrySkip(ref MessagePackReader reader, int count)
    {
        while (count-- > 0)
        {
            if (!reader.TrySkip())
                return false;
        }

        return true;
    }
}
