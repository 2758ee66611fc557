using System.Buffers;
using System.Text;
using System.Text.Json;
using Parley.Core;
using Parley.Core.Groups;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;

namespace Parley.Gateways.Beehive.Commands;

/// <summary>Groups (beehive.md §10.3). In the bodies of kick, gag, blacklist and manager commands uid is the person concerned.</summary>
internal sealed class GroupCommands(BeehiveHost host)
{
    private const int MostNameLength = 255;
    private const int MostTextLength = 1024;

    /// <summary>0301 GROUP-CREAT {uid, gid, name, desc}: a free gid is honoured, otherwise one is given; the ack tells it.</summary>
    public async ValueTask Create(BeehiveCall call)
    {
        if (!call.TryParse(GroupCreat.Parser, out var body) || !call.IsActor(body.Uid))
            return;
        if (body.Name.Length > MostNameLength || body.Desc.Length > MostTextLength)
        {
            call.Refuse(BeehiveCode.BodyTooLong, "Name is too long!");
            return;
        }
        var wish = body.Gid > long.MaxValue ? 0 : (long)body.Gid;
        var (result, groupId) = await host.Core.Groups.CreateAsync(
            call.Session.Project, wish, call.Session.UserId, body.Name, body.Desc, new(host.Settings.GroupMembers, 0, 0), CancellationToken.None);
        if (result == MembershipResult.Done)
            call.Answer(BeehiveBodies.GroupCreatAck(0, "Ok", (ulong)groupId));
        else
            call.Refuse(BeehiveCode.SystemError, "Create group failed!");
    }

    /// <summary>0303 GROUP-DISMISS {uid, gid}: the owner only.</summary>
    public async ValueTask Dismiss(BeehiveCall call)
    {
        if (TryParse(call, isOwn: true, out _, out var groupId))
            call.Conclude(await host.Core.GroupModeration.DissolveAsync(call.Session.Project, groupId, call.Session.UserId, CancellationToken.None));
    }

    /// <summary>0305 GROUP-JOIN {uid, gid}.</summary>
    public async ValueTask Join(BeehiveCall call)
    {
        if (!TryParse(call, isOwn: true, out var userId, out var groupId))
            return;
        var result = await host.Core.Groups.JoinAsync(
            call.Session.Project, groupId, userId, await LimitsAsync(call, groupId), CancellationToken.None);
        switch (result)
        {
            case MembershipResult.Done or MembershipResult.AlreadyMember:
                call.Conclude(CoreError.None);
                break;
            case MembershipResult.NoGroup:
                call.Conclude(CoreError.NotFound);
                break;
            case MembershipResult.Banned:
                call.Refuse(BeehiveCode.PermissionDenied, "User is in blacklist!");
                break;
            case MembershipResult.Closed:
                call.Conclude(CoreError.GroupClosed);
                break;
            default:
                call.Conclude(CoreError.TooManyMembers);
                break;
        }
    }

    /// <summary>0307 GROUP-QUIT {uid, gid}: an owner's place goes to the oldest manager or member; nobody left, the group is gone.</summary>
    public async ValueTask Quit(BeehiveCall call)
    {
        if (!TryParse(call, isOwn: true, out var userId, out var groupId))
            return;
        var result = await host.Core.Groups.LeaveAsync(call.Session.Project, groupId, userId, CancellationToken.None);
        call.Conclude(result == MembershipResult.NoGroup ? CoreError.NotFound : CoreError.None);
    }

    /// <summary>0309 GROUP-INVITE {uid, gid, to}: who is invited is a member at once, and is told.</summary>
    public async ValueTask Invite(BeehiveCall call)
    {
        if (!call.TryParse(GroupInvite.Parser, out var body) || !call.IsActor(body.Uid))
            return;
        if (body.Gid is 0 or > long.MaxValue || body.To is 0 or > long.MaxValue)
        {
            call.Refuse(BeehiveCode.BadBody, "Paramter isn't right!");
            return;
        }
        call.Conclude(await host.Core.GroupModeration.InviteAsync(
            call.Session.Project, (long)body.Gid, call.Session.UserId, (long)body.To, await LimitsAsync(call, (long)body.Gid), CancellationToken.None));
    }

    /// <summary>030D GROUP-KICK {uid, gid}: owner and managers; never the owner.</summary>
    public async ValueTask Kick(BeehiveCall call)
    {
        if (TryParse(call, isOwn: false, out var userId, out var groupId))
            call.Conclude(await host.Core.GroupModeration.KickAsync(call.Session.Project, groupId, call.Session.UserId, userId, CancellationToken.None));
    }

    /// <summary>0310 GROUP-GAG-ADD {uid, gid}: owner and managers; uid 0 = everyone.</summary>
    public ValueTask Gag(BeehiveCall call) => GagAsync(call, isGagged: true);

    /// <summary>0312 GROUP-GAG-DEL {uid, gid}: owner and managers; uid 0 = everyone.</summary>
    public ValueTask Ungag(BeehiveCall call) => GagAsync(call, isGagged: false);

    /// <summary>0314 GROUP-BL-ADD {uid, gid}: owner and managers; removes the member too.</summary>
    public ValueTask Blacklist(BeehiveCall call) => BlacklistAsync(call, isListed: true);

    /// <summary>0316 GROUP-BL-DEL {uid, gid}: owner and managers.</summary>
    public ValueTask Unblacklist(BeehiveCall call) => BlacklistAsync(call, isListed: false);

    /// <summary>0318 GROUP-MGR-ADD {uid, gid}: the owner only.</summary>
    public ValueTask AddManager(BeehiveCall call) => SetManagerAsync(call, isManager: true);

    /// <summary>031A GROUP-MGR-DEL {uid, gid}: the owner only.</summary>
    public ValueTask RemoveManager(BeehiveCall call) => SetManagerAsync(call, isManager: false);

    /// <summary>031C GROUP-USR-LIST {gid, num}: members only; num 0 = all. The list is JSON: <c>[{"uid":1,"role":1},…]</c>.</summary>
    public async ValueTask ListUsers(BeehiveCall call)
    {
        if (!call.TryParse(GroupUsrList.Parser, out var body))
            return;
        var group = body.Gid is 0 or > long.MaxValue ? null : await host.Core.Groups.GetAsync(call.Session.Project, (long)body.Gid);
        if (group is null)
            call.Refuse(BeehiveCode.InvalidParameter, "Gid is invalid!");
        else if (!group.Contains(call.Session.UserId))
            call.Refuse(BeehiveCode.PermissionDenied, "User isn't in group!");
        else
            call.Answer(BeehiveBodies.GroupUsrListAck(body.Gid, ListOf(group, body.Num == 0 ? int.MaxValue : (int)Math.Min(body.Num, int.MaxValue))));
    }

    /// <summary>The members, as many as fit in a body.</summary>
    private string ListOf(Group group, int most)
    {
        const int LongestItem = 48;
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartArray();
        foreach (var member in group.Members.Take(most))
        {
            if (json.BytesCommitted + json.BytesPending + LongestItem > host.Settings.OutboundBytes)
                break;
            json.WriteStartObject();
            json.WriteNumber("uid"u8, member);
            json.WriteNumber("role"u8, group.RoleOf(member) switch { GroupRole.Owner => 1, GroupRole.Manager => 2, _ => 0 });
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private async ValueTask GagAsync(BeehiveCall call, bool isGagged)
    {
        if (TryParse(call, isOwn: false, out var userId, out var groupId, mayBeEveryone: true))
        {
            call.Conclude(await host.Core.GroupModeration.GagAsync(
                call.Session.Project, groupId, call.Session.UserId, userId, isGagged, CancellationToken.None));
        }
    }

    private async ValueTask BlacklistAsync(BeehiveCall call, bool isListed)
    {
        if (TryParse(call, isOwn: false, out var userId, out var groupId))
        {
            call.Conclude(await host.Core.GroupModeration.BlacklistAsync(
                call.Session.Project, groupId, call.Session.UserId, userId, isListed, CancellationToken.None));
        }
    }

    private async ValueTask SetManagerAsync(BeehiveCall call, bool isManager)
    {
        if (TryParse(call, isOwn: false, out var userId, out var groupId))
        {
            call.Conclude(await host.Core.GroupModeration.SetManagerAsync(
                call.Session.Project, groupId, call.Session.UserId, userId, isManager, CancellationToken.None));
        }
    }

    /// <summary>Reads a body {uid, gid}.</summary>
    /// <param name="call">The call; refused when the body is no good.</param>
    /// <param name="isOwn">Whether uid is who acts.</param>
    /// <param name="userId">uid.</param>
    /// <param name="groupId">gid.</param>
    /// <param name="mayBeEveryone">Whether uid may be 0.</param>
    private static bool TryParse(BeehiveCall call, bool isOwn, out long userId, out long groupId, bool mayBeEveryone = false)
    {
        userId = groupId = 0;
        if (!call.TryParse(UidGid.Parser, out var body) || (isOwn && !call.IsActor(body.Uid)))
            return false;
        if (body.Gid is 0 or > long.MaxValue || body.Uid > long.MaxValue || (body.Uid == 0 && !mayBeEveryone))
        {
            call.Refuse(BeehiveCode.BadBody, "Paramter isn't right!");
            return false;
        }
        (userId, groupId) = ((long)body.Uid, (long)body.Gid);
        return true;
    }

    /// <summary>A group's own capacity, which the core minds, or this protocol's (§3.5).</summary>
    private async ValueTask<GroupLimits> LimitsAsync(BeehiveCall call, long groupId) =>
        await host.Core.GroupModeration.GetCapacityAsync(call.Session.Project, groupId, CancellationToken.None) > 0
            ? default : new(host.Settings.GroupMembers, 0, 0);
}
