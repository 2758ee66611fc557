using Parley.Core;
using Parley.Core.Files;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.ServerGate;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.FileGate;

/// <summary>Who asks for a file token.</summary>
/// <param name="Project">The project.</param>
/// <param name="UserId">The sender.</param>
/// <param name="IsBackEnd">Whether a back end asks on the sender's behalf.</param>
/// <param name="NamesExtension">Whether the client's generation names the extension of every file (rule F-3).</param>
internal readonly record struct FileTokenAsker(Project Project, long UserId, bool IsBackEnd, bool NamesExtension);

/// <summary><c>filetoken</c> of both gates (rtm-client.md §4.16, rtm-server.md §5.1): cmd and receiver → token, endpoint.</summary>
internal sealed class FileTokens(ParleyCore core, GateAddresses addresses) : QuestFamily(core)
{
    /// <summary>Reads the quest and answers it. Whether the sender may send there is checked here already (§1.5 steps 6 to 8).</summary>
    public ValueTask Issue(Quest quest, ref FpnnParameters parameters, FileTokenAsker asker)
    {
        var command = parameters.String("cmd"u8);
        if (parameters.Failed)
            return quest.Reject(parameters);
        if (FileCommands.KindOf(command) is not { } kind || (command == FileCommands.BroadcastFile && !asker.IsBackEnd))
            return RefuseNow(quest, RtmErrors.ForbiddenMethod, "forbidden method");
        var targets = FileCommands.ReadTargets(ref parameters, command);
        return parameters.Failed ? quest.Reject(parameters) : IssueAsync(quest, asker, command, kind, targets);
    }

    private async ValueTask IssueAsync(Quest quest, FileTokenAsker asker, string command, ConversationKind kind, long[] targets)
    {
        var endpoint = addresses.Find(FileGateDoor.DoorName);
        if (endpoint.Length == 0)
        {
            quest.Fail(RtmErrors.NoConfigInConsole, "no config in console");
            return;
        }
        if (!Core.Files.TryCount(asker.Project))
        {
            Refuse(quest, CoreError.RateLimited);
            return;
        }
        var request = new SendRequest
        {
            Project = asker.Project,
            Kind = kind,
            Sender = asker.UserId,
            Target = targets.Length == 1 ? targets[0] : 0,
            MessageId = 0,
            Type = 50,
            File = FileKind.Other,
            Authority = asker.IsBackEnd ? SendAuthority.BackEnd : SendAuthority.User,
        };
        var error = command == FileCommands.SendFiles
            ? await Core.Messenger.CheckManyAsync(request, targets)
            : await Core.Messenger.CheckAsync(request);
        if (error != CoreError.None)
        {
            Refuse(quest, error);
            return;
        }
        var token = await Core.Files.IssueTokenAsync(
            asker.Project,
            new FileToken
            {
                ProjectId = asker.Project.Id,
                Sender = asker.UserId,
                Purpose = command,
                Targets = targets,
                IsBackEnd = asker.IsBackEnd,
                NamesExtension = asker.NamesExtension,
                Expires = 0,
            },
            CancellationToken.None);
        var answer = quest.BeginAnswer(2);
        answer.Write("token"u8, token);
        answer.Write("endpoint"u8, endpoint);
        answer.Send();
    }
}
