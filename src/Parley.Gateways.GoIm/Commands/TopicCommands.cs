using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Gateways.GoIm.Connections;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.GoIm.Commands;

/// <summary>Topics, which are groups (goim-json §7, GI-007 to GI-011, and §15).</summary>
internal sealed class TopicCommands(GoImHost host)
{
    private GroupLimits Limits => new(host.Settings.TopicMembers, host.Settings.TopicsPerUser, 0);

    /// <summary>GI-007: <c>[]</c> → <c>["[topicId, …]"]</c>, in the order of joining.</summary>
    public ValueTask List(GoImCall call, GoImRequest request) => ListAsync(call);

    /// <summary>GI-008: <c>[topicId]</c> → <c>[topicId]</c>.</summary>
    public ValueTask Create(GoImCall call, GoImRequest request) => CreateAsync(call, request.Text(0));

    /// <summary>GI-009: <c>[topicId]</c> → <c>[topicId]</c>.</summary>
    public ValueTask Join(GoImCall call, GoImRequest request) => JoinAsync(call, request.Text(0));

    /// <summary>GI-010: <c>[topicId]</c> → <c>[topicId]</c>.</summary>
    public ValueTask Leave(GoImCall call, GoImRequest request) => LeaveAsync(call, request.Text(0));

    /// <summary>GI-011: <c>[topicId]</c> → <c>[topicId, "[{Client, Alive}, …]"]</c>.</summary>
    public ValueTask Members(GoImCall call, GoImRequest request) => MembersAsync(call, request.Text(0));

    private async ValueTask ListAsync(GoImCall call)
    {
        var session = call.Session;
        using var list = new PooledBufferWriter();
        list.Write("["u8);
        foreach (var groupId in await host.Core.Groups.GetGroupsInOrderOfJoiningAsync(session.Project, session.UserId, CancellationToken.None))
        {
            if (list.WrittenCount > 1)
                list.Write(","u8);
            GoImText.Write(list, await host.Core.Names.GetNameAsync(session.Project.Id, groupId));
        }
        list.Write("]"u8);
        call.Succeed(null, list);
    }

    private async ValueTask CreateAsync(GoImCall call, string topicId)
    {
        if (!GoImIds.IsValid(topicId))
        {
            call.Fail(GoImFailures.CreateTopicFailed);
            return;
        }
        var session = call.Session;
        var groupId = await host.Core.Names.GetOrAddAsync(session.Project.Id, topicId, CancellationToken.None);
        var result = await host.Core.Groups.FoundAsync(session.Project, groupId, session.UserId, Limits, CancellationToken.None);
        switch (result)
        {
            case MembershipResult.Done:
                call.Succeed(topicId);
                break;
            case MembershipResult.Exists:
                call.Fail(GoImFailures.TopicExists);
                break;
            default:
                call.Fail(GoImFailures.CreateTopicFailed);
                break;
        }
    }

    private async ValueTask JoinAsync(GoImCall call, string topicId)
    {
        var session = call.Session;
        var groupId = await FindAsync(session.Project.Id, topicId);
        var result = groupId == 0
            ? MembershipResult.NoGroup
            : await host.Core.Groups.JoinAsync(session.Project, groupId, session.UserId, Limits, CancellationToken.None);
        switch (result)
        {
            case MembershipResult.Done:
                call.Succeed(topicId);
                break;
            case MembershipResult.NoGroup:
                call.Fail(GoImFailures.NoTopic);
                break;
            case MembershipResult.AlreadyMember:
                call.Fail(GoImFailures.AlreadyInTopic);
                break;
            case MembershipResult.TooManyMembers:
                call.Fail(GoImFailures.TopicFull);
                break;
            default:
                call.Fail(GoImFailures.JoinTopicFailed);
                break;
        }
    }

    private async ValueTask LeaveAsync(GoImCall call, string topicId)
    {
        var session = call.Session;
        var groupId = await FindAsync(session.Project.Id, topicId);
        var result = groupId == 0
            ? MembershipResult.NoGroup
            : await host.Core.Groups.LeaveAsync(session.Project, groupId, session.UserId, CancellationToken.None);
        if (result == MembershipResult.Done)
        {
            session.Mailbox.Forget(ConversationKey.Group(session.Project.Id, groupId));
            call.Succeed(topicId);
            return;
        }
        call.Fail(result == MembershipResult.NotMember ? GoImFailures.NotInTopic : GoImFailures.NoTopicName);
    }

    private async ValueTask MembersAsync(GoImCall call, string topicId)
    {
        var session = call.Session;
        var groupId = await FindAsync(session.Project.Id, topicId);
        var group = groupId == 0 ? null : await host.Core.Groups.GetAsync(session.Project, groupId);
        if (group is null || !group.Contains(session.UserId))
        {
            call.Fail(group is null ? GoImFailures.NoTopicName : GoImFailures.NotInTopic);
            return;
        }
        using var list = new PooledBufferWriter();
        list.Write("["u8);
        foreach (var member in group.Members)
        {
            if (list.WrittenCount > 1)
                list.Write(","u8);
            var name = await host.Core.Names.GetNameAsync(session.Project.Id, member);
            list.Write("{\"Client\":"u8);
            GoImText.Write(list, name);
            list.Write(host.Core.Sessions.IsOnline(session.Project.Id, member) ? ",\"Alive\":true"u8 : ",\"Alive\":false"u8);
            if (host.Settings.CompatMemberKeys)
            {
                list.Write(",\"ClientID\":"u8);
                GoImText.Write(list, name);
            }
            list.Write("}"u8);
        }
        list.Write("]"u8);
        call.Succeed(topicId, list);
    }

    private ValueTask<long> FindAsync(long projectId, string topicId) =>
        GoImIds.IsValid(topicId) ? host.Core.Names.FindAsync(projectId, topicId) : new(0L);
}
