using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Parley.Core.Files;
using Parley.Core.Storage;

namespace Parley.Storage.S3;

/// <summary>Contents as objects of a bucket: <c>&lt;prefix&gt;ab/cd/&lt;sha256&gt;</c>. An object appears when all of it has arrived.</summary>
public sealed class S3BlobStore : IBlobStore
{
    private readonly S3Settings _settings;
    private readonly AmazonS3Client _client;

    /// <summary>Makes the store; nothing is asked of the service yet.</summary>
    public S3BlobStore(S3Settings settings)
    {
        _settings = settings;
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region,
            ForcePathStyle = settings.PathStyle,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // others than AWS do not know the new ones
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = 3,
            Timeout = TimeSpan.FromSeconds(30),
        };
        if (settings.ServiceUrl.Length > 0)
            config.ServiceURL = settings.ServiceUrl;
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        _client = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), config);
    }

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (!_settings.IsComplete)
            throw new StoreException("An object store needs a bucket, an access key and a secret key.");
        try
        {
            await _client.ListObjectsV2Async(
                new() { BucketName = _settings.Bucket, Prefix = _settings.Prefix, MaxKeys = 1 }, cancellationToken);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw new StoreException(
                $"The bucket '{_settings.Bucket}' for files cannot be used: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string sha256, string path, CancellationToken cancellationToken)
    {
        if (await ExistsAsync(sha256, cancellationToken))
            return;
        await DoAsync(_client.PutObjectAsync(
            new PutObjectRequest { BucketName = _settings.Bucket, Key = KeyOf(sha256), FilePath = path, UseChunkEncoding = false },
            cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask<Stream?> OpenAsync(string sha256, long offset, long length, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = _settings.Bucket,
            Key = KeyOf(sha256),
            ByteRange = new ByteRange(offset, offset + length - 1),
        };
        try
        {
            var answer = await _client.GetObjectAsync(request, cancellationToken);
            return answer.ResponseStream;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Failure(exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string sha256, CancellationToken cancellationToken) =>
        await DoAsync(_client.DeleteObjectAsync(_settings.Bucket, KeyOf(sha256), cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> ExistsAsync(string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await _client.GetObjectMetadataAsync(_settings.Bucket, KeyOf(sha256), cancellationToken);
            return true;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Failure(exception);
        }
    }

    private static async Task DoAsync(Task request)
    {
        try
        {
            await request;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Failure(exception);
        }
    }

    private static bool IsFailure(Exception exception) =>
        exception is AmazonServiceException or AmazonClientException or HttpRequestException or WebException or TimeoutException;

    private static IOException Failure(Exception exception) => new("The object store failed: " + exception.Message, exception);

    private string KeyOf(string sha256) => $"{_settings.Prefix}{sha256[..2]}/{sha256[2..4]}/{sha256}";
}
