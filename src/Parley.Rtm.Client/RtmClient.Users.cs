using System.Globalization;
using Parley.Rtm.Client.Codec;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Client;

// What is kept about users: push name, position, presence, infos, devices (rtm-client.md §4.7 to §4.9, §4.15, §10.1).
public sealed partial class RtmClient
{
    /// <summary>Sets the name that mobile notifications show, at most 256 bytes (<c>setpushname</c>).</summary>
    /// <exception cref="RtmException">200030 too large.</exception>
    public Task SetPushNameAsync(string name, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("setpushname", map => map.Add("pushname"u8, name), timeout, cancellationToken);

    /// <summary>The name that mobile notifications show; "" when never set (<c>getpushname</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<string> GetPushNameAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("getpushname", write: null, static (ref answer) => answer.String("pushname"u8), timeout, cancellationToken);

    /// <summary>Sets the caller's position (<c>setgeo</c>).</summary>
    /// <exception cref="RtmException">200034 not a place on earth.</exception>
    public Task SetPositionAsync(RtmPosition position, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("setgeo", map => map.Add("lat"u8, position.Latitude).Add("lng"u8, position.Longitude), timeout, cancellationToken);

    /// <summary>The caller's position; 0, 0 when never set (<c>getgeo</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmPosition> GetPositionAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync(
            "getgeo",
            write: null,
            static (ref answer) => new RtmPosition(answer.Double("lat"u8), answer.Double("lng"u8)),
            timeout,
            cancellationToken);

    /// <summary>The positions of up to 10 users, by uid; those without one are left out (<c>getgeos</c>).</summary>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task<IReadOnlyDictionary<long, RtmPosition>> GetPositionsAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyDictionary<long, RtmPosition>>(
            "getgeos", map => map.Add("uids"u8, userIds), ReadPositions, timeout, cancellationToken);

    /// <summary>Who of up to 200 users is online, in the order asked for (<c>getonlineusers</c>).</summary>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task<IReadOnlyList<long>> GetOnlineUsersAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyList<long>>(
            "getonlineusers", map => map.Add("uids"u8, userIds), static (ref answer) => answer.Int64List("uids"u8), timeout, cancellationToken);

    /// <summary>Sets what is known about the caller (<c>setuserinfo</c>).</summary>
    /// <param name="open">What everybody may read, at most 65535 bytes; null = leave it.</param>
    /// <param name="privateInfo">What only the caller may read, at most 65535 bytes; null = leave it.</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200030 too large.</exception>
    public Task SetUserInfoAsync(
        string? open, string? privateInfo, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("setuserinfo", map => map.AddIfAny("oinfo"u8, open).AddIfAny("pinfo"u8, privateInfo), timeout, cancellationToken);

    /// <summary>What is known about the caller (<c>getuserinfo</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task<RtmInfo> GetUserInfoAsync(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync("getuserinfo", write: null, ReadInfo, timeout, cancellationToken);

    /// <summary>What everybody may know about up to 100 users (<c>getuseropeninfo</c>), by uid.</summary>
    /// <exception cref="RtmException">200032 too many, 200033 nobody.</exception>
    public Task<IReadOnlyDictionary<long, string>> GetUserOpenInfosAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        AskAsync<IReadOnlyDictionary<long, string>>(
            "getuseropeninfo", map => map.Add("uids"u8, userIds), static (ref answer) => answer.Texts("info"u8), timeout, cancellationToken);

    /// <summary>Registers a device for mobile notifications (<c>adddevice</c>); both generations' names are sent.</summary>
    /// <param name="platform">For example <c>ios</c> or <c>android</c>.</param>
    /// <param name="deviceToken">The push token of the device, not empty (200033).</param>
    /// <param name="deviceType">The model; may be "".</param>
    /// <param name="timeout">For this call; null = <see cref="RtmClientOptions.QuestTimeout"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; the quest may have taken effect.</param>
    /// <exception cref="RtmException">200033 empty token.</exception>
    public Task AddDeviceAsync(
        string platform, string deviceToken, string deviceType = "", TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "adddevice",
            map => map
                .Add("ptype"u8, platform).Add("dtype"u8, deviceType).Add("token"u8, deviceToken)
                .Add("apptype"u8, platform).Add("devicetoken"u8, deviceToken),
            timeout,
            cancellationToken);

    /// <summary>Forgets a device; an unknown one is success (<c>removedevice</c>).</summary>
    /// <exception cref="RtmException">200022 and other common refusals.</exception>
    public Task RemoveDeviceAsync(string deviceToken, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("removedevice", map => map.Add("devicetoken"u8, deviceToken), timeout, cancellationToken);

    private static RtmInfo ReadInfo(ref FpnnParameters answer) => new(answer.StringOrEmpty("oinfo"u8), answer.StringOrEmpty("pinfo"u8));

    // geos: a list of [uid, lat, lng], all three as text
    private static Dictionary<long, RtmPosition> ReadPositions(ref FpnnParameters answer)
    {
        var positions = new Dictionary<long, RtmPosition>();
        if (!answer.TryGetRaw("geos"u8, out var raw))
            return positions;
        var reader = new MessagePackReader(raw);
        if (!reader.TryReadArrayHeader(out var count))
            answer.Fail(FpnnErrorCode.WrongType, "geos"u8);
        for (var i = 0; i < count && !answer.Failed; i++)
        {
            if (reader.TryReadArrayHeader(out var elements) && elements == 3
                && FpnnValue.TryReadInt64(ref reader, out var uid)
                && TryReadDegrees(ref reader, out var latitude)
                && TryReadDegrees(ref reader, out var longitude))
                positions[uid] = new(latitude, longitude);
            else
                answer.Fail(FpnnErrorCode.WrongType, "geos"u8);
        }
        return positions;
    }

    private static bool TryReadDegrees(ref MessagePackReader reader, out double degrees)
    {
        if (FpnnValue.TryReadDouble(ref reader, out degrees))
            return true;
        return FpnnValue.TryReadText(ref reader, out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out degrees);
    }
}
