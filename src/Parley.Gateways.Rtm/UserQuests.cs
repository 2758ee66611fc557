using System.Globalization;
using Parley.Core;
using Parley.Core.Users;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm;

/// <summary>
/// What client gate and server gate do alike about a user: push name, position, presence, devices (rtm-client.md §4.7 to §4.9, §4.15;
/// rtm-server.md §4.7 to §4.9). The gates know who the user is. What is read here refuses the quest itself and then says false.
/// </summary>
internal sealed class UserQuests(ParleyCore core) : QuestFamily(core)
{
    private const int MostPushNameBytes = 256;
    private const int MostPositions = 10;
    private const int MostAsked = 200;
    private const int MostTokenBytes = 1024;

    /// <summary>pushname, at most 256 bytes.</summary>
    public static bool TryReadPushName(Quest quest, ref FpnnParameters parameters, out ProfileChange change)
    {
        var name = parameters.String("pushname"u8);
        change = new() { PushName = name };
        if (IsRejected(quest, parameters))
            return false;
        return !IsLonger(name, MostPushNameBytes) || IsNot(quest, RtmErrors.LargeMessageOrAttrs, "large pushname");
    }

    /// <summary>lat, lng in degrees.</summary>
    public static bool TryReadPosition(Quest quest, ref FpnnParameters parameters, out ProfileChange change)
    {
        var latitude = parameters.Double("lat"u8);
        var longitude = parameters.Double("lng"u8);
        change = new() { Position = new(latitude, longitude) };
        if (IsRejected(quest, parameters))
            return false;
        return (double.IsFinite(latitude) && double.IsFinite(longitude)) || IsNot(quest, RtmErrors.InvalidParameter, "invalid parameter");
    }

    /// <summary>Whether the device has a token, and one that is not too long.</summary>
    public static bool IsGood(Quest quest, Device device)
    {
        if (device.Token.Length == 0)
            return IsNot(quest, RtmErrors.EmptyParameter, "empty token");
        var isLong = IsLonger(device.Token, MostTokenBytes) || IsLonger(device.Platform, MostTokenBytes)
            || IsLonger(device.DeviceType, MostTokenBytes);
        return !isLong || IsNot(quest, RtmErrors.LargeMessageOrAttrs, "large token");
    }

    public async ValueTask UpdateAsync(Quest quest, UserKey user, ProfileChange change)
    {
        await Core.Store.Users.UpdateProfileAsync(user.ProjectId, user.UserId, change, CancellationToken.None);
        quest.Answer();
    }

    /// <summary>→ pushname, "" when never set.</summary>
    public async ValueTask GetPushNameAsync(Quest quest, UserKey user)
    {
        var profile = await Core.Store.Users.GetProfileAsync(user.ProjectId, user.UserId, CancellationToken.None);
        var answer = quest.BeginAnswer(1);
        answer.Write("pushname"u8, profile.PushName);
        answer.Send();
    }

    /// <summary>→ lat, lng, 0 when never set.</summary>
    public async ValueTask GetPositionAsync(Quest quest, UserKey user)
    {
        var profile = await Core.Store.Users.GetProfileAsync(user.ProjectId, user.UserId, CancellationToken.None);
        var position = profile.Position ?? default;
        var answer = quest.BeginAnswer(2);
        answer.Write("lat"u8, position.Latitude);
        answer.Write("lng"u8, position.Longitude);
        answer.Send();
    }

    /// <summary>uids, 1 to 10 → geos, a list of [uid, lat, lng] as texts; users without a position are left out.</summary>
    public ValueTask GetPositions(Quest quest, ref FpnnParameters parameters, long projectId)
    {
        var uids = parameters.Int64List("uids"u8);
        return parameters.Failed ? quest.Reject(parameters) : GetPositionsAsync(quest, projectId, uids);
    }

    private async ValueTask GetPositionsAsync(Quest quest, long projectId, long[] uids)
    {
        var error = CheckList(uids, MostPositions);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        var profiles = await Core.Store.Users.GetProfilesAsync(projectId, uids, CancellationToken.None);
        var known = profiles.Where(profile => profile.Position is not null).ToArray();
        var answer = quest.BeginAnswer(1);
        answer.WriteArray("geos"u8, known.Length);
        foreach (var profile in known)
        {
            answer.BeginArray(3);
            answer.Value(profile.UserId.ToString(CultureInfo.InvariantCulture));
            answer.Value(profile.Position!.Value.Latitude.ToString("0.######", CultureInfo.InvariantCulture));
            answer.Value(profile.Position!.Value.Longitude.ToString("0.######", CultureInfo.InvariantCulture));
        }
        answer.Send();
    }

    /// <summary>uids, 1 to 200 → uids, those online, in the order asked for.</summary>
    public ValueTask GetOnlineUsers(Quest quest, ref FpnnParameters parameters, long projectId)
    {
        var uids = parameters.Int64List("uids"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        var error = CheckList(uids, MostAsked);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return ValueTask.CompletedTask;
        }
        var answer = quest.BeginAnswer(1);
        answer.Write("uids"u8, Core.Sessions.WhoIsOnline(projectId, uids));
        answer.Send();
        return ValueTask.CompletedTask;
    }

    public async ValueTask AddDeviceAsync(Quest quest, UserKey user, Device device)
    {
        await Core.Store.Users.AddDeviceAsync(user.ProjectId, user.UserId, device, CancellationToken.None);
        quest.Answer();
    }

    /// <summary>An unknown token is success.</summary>
    public async ValueTask RemoveDeviceAsync(Quest quest, UserKey user, string token)
    {
        await Core.Store.Users.RemoveDeviceAsync(user.ProjectId, user.UserId, token, CancellationToken.None);
        quest.Answer();
    }

    private static bool IsRejected(Quest quest, in FpnnParameters parameters)
    {
        if (parameters.Failed)
            quest.Fail(parameters.Error, parameters.ErrorText);
        return parameters.Failed;
    }

    private static bool IsNot(Quest quest, int code, string text)
    {
        quest.Fail(code, text);
        return false;
    }
}
