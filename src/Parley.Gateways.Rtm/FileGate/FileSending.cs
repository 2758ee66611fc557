using System.Text;
using Parley.Core;
using Parley.Core.Files;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;

namespace Parley.Gateways.Rtm.FileGate;

/// <summary>
/// Makes messages out of uploads. Checks come in the order of rtm-client.md §1.5: token, method, parameters, mtype, sizes, attrs and sign,
/// relation and bans, and at last what the message's own path finds.
/// </summary>
internal sealed class FileSending(ParleyCore core) : QuestFamily(core)
{
    private const byte ImageType = 40;
    private const byte AudioType = 41;
    private const byte VideoType = 42;
    private const byte GenericType = 50;

    private static readonly (int Code, string Text) BadToken = (RtmErrors.InvalidFileOrSignOrToken, "invalid file or sign or token");
    private static readonly (int Code, string Text) BadAttributes = (RtmErrors.AttrsWithoutSignOrExt, "attrs without sign or ext");
    private static readonly (int Code, string Text) TooLarge = (RtmErrors.LargeFileOrAttrs, "large file or attrs");

    /// <summary>Answers a whole upload.</summary>
    public async ValueTask AnswerAsync(FileUpload upload)
    {
        var quest = upload.Quest;
        var asked = UploadQuest.Read(upload, quest.Method.Name);
        if (asked.Token is not null)
            await upload.TakeTokenAsync(asked.Token);
        if (asked.IdentityError.Code != 0)
        {
            Fail(quest, asked.IdentityError);
            return;
        }
        if (upload.Token is not { } token || !IsFor(token, asked, quest) || !Core.Projects.TryGet(token.ProjectId, out var project))
        {
            Fail(quest, BadToken);
            return;
        }
        var error = Check(upload, asked, project);
        if (error.Code != 0)
        {
            Fail(quest, error);
            return;
        }
        var attributes = FileAttributes.Parse(asked.Attributes);
        var delivered = attributes is null ? null : FileAttributes.WithoutSign(asked.Attributes);
        error = delivered is null ? BadAttributes : CheckSign(upload, asked, token, attributes!);
        if (error.Code != 0)
            Fail(quest, error);
        else if (upload.HasFailed || upload.Spool is null)
            Fail(quest, (RtmErrors.UnknownError, "unknown error"));
        else
            RtmSending.Answer(quest, await SendAsync(upload.Spool, Request(upload.Spool, asked, token, project, attributes!, delivered!), attributes!, token));
    }

    /// <summary>Rules F-4 and F-5: the token is for this project, sender, command and receiver.</summary>
    private static bool IsFor(FileToken token, UploadQuest asked, Quest quest) =>
        token.ProjectId == asked.ProjectId && token.Sender == asked.Sender
        && string.Equals(token.Purpose, quest.Method.Name, StringComparison.Ordinal)
        && (asked.Targets is null || asked.Targets.ToHashSet().SetEquals(token.Targets));

    /// <summary>§1.5 steps 2 to 5: method, parameters, mtype, sizes.</summary>
    private static (int Code, string Text) Check(FileUpload upload, UploadQuest asked, Project project)
    {
        var settings = project.Settings;
        if (settings.DisabledMethods.Count > 0 && settings.DisabledMethods.Contains(upload.Quest.Method.Name, StringComparer.Ordinal))
            return (RtmErrors.ForbiddenMethod, "forbidden method");
        if (upload.HasLeftOut)
            return TooLarge;
        if (asked.ParameterError.Code != 0)
            return asked.ParameterError;
        if (asked.Type is < 1 or > 127)
            return (RtmErrors.InvalidMtype, "invalid mtype");
        if (upload.FileLength > settings.FileBytes || asked.Attributes.Length > settings.AttributeBytes)
            return TooLarge;
        return upload.FileLength == 0 ? (RtmErrors.EmptyParameter, "empty parameter") : default;
    }

    /// <summary>Rules F-1 to F-3.</summary>
    private static (int Code, string Text) CheckSign(FileUpload upload, UploadQuest asked, FileToken token, FileAttributes attributes)
    {
        if (attributes.Sign is null || (token.NamesExtension && !attributes.HasExtension))
            return BadAttributes;
        return upload.Spool is null || attributes.IsSignedBy(upload.Spool.Md5, asked.Token!) ? default : BadToken;
    }

    /// <summary>The message, but for the address of its file: type and sort by §1.4.</summary>
    private static SendRequest Request(
        FileSpool spool, UploadQuest asked, FileToken token, Project project, FileAttributes attributes, byte[] delivered)
    {
        var kind = asked.Type switch
        {
            ImageType => FileKind.Image,
            AudioType => FileKind.Audio,
            VideoType => FileKind.Video,
            _ => FileTypes.KindOf(attributes.Extension),
        };
        if (kind == FileKind.Other)
            kind = FileTypes.KindOf(FileTypes.SniffExtension(spool.Head));
        var type = asked.Type != GenericType ? asked.Type : kind switch
        {
            FileKind.Image => ImageType,
            FileKind.Audio => AudioType,
            FileKind.Video => VideoType,
            _ => GenericType,
        };
        return new SendRequest
        {
            Project = project,
            Kind = FileCommands.KindOf(token.Purpose)!.Value,
            Sender = token.Sender,
            Target = token.Targets.Count == 1 ? token.Targets[0] : 0,
            MessageId = asked.MessageId,
            Type = type,
            File = kind,
            FileSize = spool.Length,
            Attributes = delivered,
            Authority = token.IsBackEnd ? SendAuthority.BackEnd : SendAuthority.User,
        };
    }

    /// <summary>Keeps the file, then sends the message; a file whose message is refused is removed again.</summary>
    private async ValueTask<SendOutcome> SendAsync(FileSpool spool, SendRequest request, FileAttributes attributes, FileToken token)
    {
        var isForMany = token.Purpose == FileCommands.SendFiles;
        long[] receivers = [request.Target];
        var error = isForMany ? Messenger.ReceiversOf(request, token.Targets, out receivers) : CoreError.None;
        if (error == CoreError.None)
            error = isForMany ? await Core.Messenger.CheckManyAsync(request, receivers) : await Core.Messenger.CheckAsync(request);
        if (error != CoreError.None)
            return SendOutcome.Refused(error);

        var extension = attributes.Extension.Length > 0 ? attributes.Extension : FileTypes.SniffExtension(spool.Head);
        var files = await Core.Files.CommitAsync(
            spool, request.Project, request.Sender, new(extension, attributes.FileName), receivers.Length, CancellationToken.None);
        var requests = new SendRequest[receivers.Length];
        for (var i = 0; i < requests.Length; i++)
            requests[i] = request with { Target = receivers[i], Body = Encoding.UTF8.GetBytes(Core.Files.AddressOf(files[i])) };
        var outcomes = isForMany ? await Core.Messenger.SendEachAsync(requests) : [await Core.Messenger.SendAsync(requests[0])];

        // what follows a message's own await must not keep its lane waiting
        var refused = files.Where((_, i) => outcomes[i].Error != CoreError.None).ToArray();
        if (refused.Length > 0)
            await Task.Run(() => Core.Files.RemoveAsync(request.Project.Id, refused, CancellationToken.None).AsTask());
        return Messenger.Best(outcomes);
    }

    private static void Fail(Quest quest, (int Code, string Text) error) => quest.Fail(error.Code, error.Text);

    /// <summary>The parameters of an upload, copied out of the buffer that they lie in.</summary>
    private sealed record UploadQuest
    {
        public string? Token { get; private init; }

        public long ProjectId { get; private init; }

        public long Sender { get; private init; }

        public long[]? Targets { get; private init; }

        public long MessageId { get; private init; }

        public long Type { get; private init; }

        public byte[] Attributes { get; private init; } = [];

        /// <summary>What is wrong with pid, from or token; they are needed to tell whether the token is good.</summary>
        public (int Code, string Text) IdentityError { get; private init; }

        /// <summary>What is wrong with the other parameters.</summary>
        public (int Code, string Text) ParameterError { get; private init; }

        public static UploadQuest Read(FileUpload upload, string command)
        {
            if (!FpnnParameters.TryParse(upload.Parameters, out var parameters))
                throw new InvalidOperationException("The parameters were found to be a map before.");
            var named = parameters.StringOrNull("token"u8, ignoreWrongType: true);
            var pid = parameters.Int64("pid"u8);
            var from = parameters.Int64("from"u8);
            parameters.Text("token"u8);
            if (parameters.Failed)
                return new() { Token = named, IdentityError = (parameters.Error, parameters.ErrorText) };
            var targets = FileCommands.ReadTargetsOrNull(ref parameters, command);
            var mid = parameters.Int64("mid"u8);
            var type = parameters.Int64("mtype"u8);
            if (!upload.HasFile)
                parameters.Bytes("file"u8); // absent, nil, or of another type
            var attributes = parameters.Text("attrs"u8).ToArray();
            return new()
            {
                Token = named,
                ProjectId = pid,
                Sender = from,
                Targets = targets,
                MessageId = mid,
                Type = type,
                Attributes = attributes,
                ParameterError = parameters.Failed ? (parameters.Error, parameters.ErrorText) : default,
            };
        }
    }
}
