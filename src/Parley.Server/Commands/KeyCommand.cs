using System.CommandLine;
using Parley.Wire.Fpnn;

namespace Parley.Server.Commands;

/// <summary>
/// <c>parley key NAME --curve CURVE</c>: makes a key pair for FPNN encryption, in the files that FPNN's own tool writes
/// (fpnn.md §5.2): NAME-private.key for <c>Parley:Rtm:KeyFile</c>, and the public key in every form that a client may want.
/// </summary>
internal static class KeyCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The files are called NAME-private.key, NAME-public.pem …" };
        var curve = new Option<FpnnCurve>("--curve")
        {
            Description = "secp256k1, secp256r1, secp224r1 or secp192r1.",
            DefaultValueFactory = _ => FpnnCurve.Secp256k1,
        };
        var command = new Command("key", "Make a key pair for FPNN encryption.") { name, curve };
        command.SetAction(async (parsed, cancellation) =>
        {
            await WriteAsync(parsed.GetValue(name)!, parsed.GetValue(curve), context.Output, cancellation);
            return 0;
        });
        return command;
    }

    private static async Task WriteAsync(string name, FpnnCurve curve, TextWriter output, CancellationToken cancellationToken)
    {
        using var key = FpnnServerKey.Generate(curve);
        (string Suffix, byte[] Content)[] files =
        [
            ("-private.key", key.ExportPrivateKey()),
            ("-public.key", key.ExportPublicKey()),
            ("-compressed-public.key", key.ExportCompressedPublicKey()),
            ("-public.der", key.ExportSubjectPublicKeyInfo()),
            ("-public.pem", System.Text.Encoding.ASCII.GetBytes(key.ExportPem())),
        ];
        foreach (var (suffix, content) in files)
        {
            var path = name + suffix;
            try
            {
                await WriteFileAsync(path, content, isSecret: suffix == "-private.key", cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ParleyException($"{path} cannot be written: {e.Message}", ParleyException.Failed, e);
            }
            await output.WriteLineAsync(path);
        }
    }

    /// <summary>Never overwrites: a key that clients know is not to be lost by a slip.</summary>
    private static async Task WriteFileAsync(string path, byte[] content, bool isSecret, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(content, cancellationToken);
    }
}
