using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

// Users: tokens, presence, devices, names, positions (rtm-server §4.5 to §4.9, §8.3).
public sealed partial class RtmBackendClient
{
    /// <summary><c>kickout</c>: disconnects a user; one who is offline is success.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="clientEndpoint">One of his connections, or null for all.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task KickoutAsync(
        long userId, string? clientEndpoint = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("kickout", map => map.Add("uid"u8, userId).Add("ce"u8, clientEndpoint ?? string.Empty), timeout, cancellationToken);

    /// <summary><c>gettoken</c>: issues a token with which a user logs in; earlier ones stay valid.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The token.</returns>
    /// <exception cref="RtmException">200001; 200025 for an admin id.</exception>
    public Task<string> GetTokenAsync(long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            "gettoken",
            map => map.Add("uid"u8, userId),
            static (ref answer) => answer.String("token"u8),
            timeout,
            cancellationToken);

    /// <summary><c>removetoken</c>: makes all tokens of a user worthless; he stays connected.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task RemoveTokenAsync(long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("removetoken", map => map.Add("uid"u8, userId), timeout, cancellationToken);

    /// <summary><c>getonlineusers</c>: tells which of some users are online.</summary>
    /// <param name="userIds">1 to 200 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Those who are.</returns>
    /// <exception cref="RtmException">200032, 200033.</exception>
    public Task<IReadOnlyList<long>> GetOnlineUsersAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("getonlineusers", map => map.Add("uids"u8, userIds), ReadUids, timeout, cancellationToken);

    /// <summary><c>adddevice</c>: remembers a device of a user for notifications.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="platform"><c>apptype</c>: the push service.</param>
    /// <param name="deviceToken">What it knows the device by.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200033 when the token is empty.</exception>
    public Task AddDeviceAsync(
        long userId, string platform, string deviceToken, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync(
            "adddevice",
            map => map.Add("uid"u8, userId).Add("apptype"u8, platform).Add("devicetoken"u8, deviceToken),
            timeout,
            cancellationToken);

    /// <summary><c>removedevice</c>: forgets a device; an unknown one is success.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="deviceToken">What the push service knows it by.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RtmException">200033 when the token is empty.</exception>
    public Task RemoveDeviceAsync(
        long userId, string deviceToken, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("removedevice", map => map.Add("uid"u8, userId).Add("devicetoken"u8, deviceToken), timeout, cancellationToken);

    /// <summary><c>setpushname</c>: sets the name that notifications show for a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="name">At most 256 bytes.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task SetPushNameAsync(long userId, string name, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("setpushname", map => map.Add("uid"u8, userId).Add("pushname"u8, name), timeout, cancellationToken);

    /// <summary><c>getpushname</c>: gives the name that notifications show for a user.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The name, empty when never set.</returns>
    public Task<string> GetPushNameAsync(long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            "getpushname",
            map => map.Add("uid"u8, userId),
            static (ref answer) => answer.StringOrEmpty("pushname"u8),
            timeout,
            cancellationToken);

    /// <summary><c>setgeo</c>: sets where a user is.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="latitude">In degrees.</param>
    /// <param name="longitude">In degrees.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task SetPositionAsync(
        long userId, double latitude, double longitude, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        DoAsync("setgeo", map => map.Add("uid"u8, userId).Add("lat"u8, latitude).Add("lng"u8, longitude), timeout, cancellationToken);

    /// <summary><c>getgeo</c>: tells where a user is.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The position, 0 and 0 when never set.</returns>
    public Task<RtmUserPosition> GetPositionAsync(long userId, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            "getgeo",
            map => map.Add("uid"u8, userId),
            (ref answer) => new RtmUserPosition(userId, answer.Double("lat"u8), answer.Double("lng"u8)),
            timeout,
            cancellationToken);

    /// <summary><c>getgeos</c>: tells where some users are.</summary>
    /// <param name="userIds">1 to 10 users.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The known positions.</returns>
    /// <exception cref="RtmException">200032, 200033.</exception>
    public Task<IReadOnlyList<RtmUserPosition>> GetPositionsAsync(
        IReadOnlyCollection<long> userIds, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        GetAsync("getgeos", map => map.Add("uids"u8, userIds), RtmUserPosition.ReadList, timeout, cancellationToken);

    /// <summary><c>translate</c>: translates a text.</summary>
    /// <param name="text">What to translate.</param>
    /// <param name="targetLanguage">The language wanted.</param>
    /// <param name="sourceLanguage">The language it is in; null to let the server find out.</param>
    /// <param name="timeout">How long to wait for the answer; null for the default.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The translation.</returns>
    /// <exception cref="RtmException">200050, 200051, 200060.</exception>
    public Task<RtmTranslation> TranslateAsync(
        string text,
        string targetLanguage,
        string? sourceLanguage = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default) =>
        GetAsync(
            "translate",
            map => map.Add("text"u8, text).Add("dst"u8, targetLanguage).AddIfAny("src"u8, sourceLanguage),
            static (ref answer) => new RtmTranslation( // two sets of keys are in use (rtm-client.md §9.7)
                answer.StringOrEmpty("source"u8, "src"u8),
                answer.StringOrEmpty("target"u8, "dst"u8),
                answer.StringOrEmpty("sourceText"u8, "stext"u8),
                answer.StringOrEmpty("targetText"u8, "dtext"u8)),
            timeout,
            cancellationToken);
}
