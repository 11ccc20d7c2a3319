#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "boost/asio/post.hpp"
#include "boost/asio/thread_pool.hpp"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "server/admin_service.h"
#include "server/admission.h"
#include "server/audit_service.h"
#include "server/authenticator.h"
#include "server/committer.h"
#include "server/cosigned_checkpoints.h"
#include "server/details_cache.h"
#include "server/explain_service.h"
#include "server/key_rotation.h"
#include "server/listen_address.h"
#include "server/live_review.h"
#include "server/overdue_watch.h"
#include "server/read_service.h"
#include "server/refusal_log.h"
#include "server/review_registry.h"
#include "server/service_context.h"
#include "server/system_log.h"
#include "server/watch_service.h"
#include "server/witness_collector.h"
#include "server/write_service.h"
#include "storage/anchor.h"
#include "storage/file_util.h"
#include "storage/key_file.h"
#include "storage/review_store.h"

namespace tidemark::server {
namespace {

constexpr int kMostReceivedBytes = 16 << 20;
constexpr int kMostMetadataBytes = 16 << 10;
constexpr int kMostStreamsAConnection = 1000;
// How long watches may take to end, and then other calls, before they are cut.
constexpr std::chrono::seconds kWatchPatience(2);
constexpr std::chrono::seconds kCallPatience(5);
// Enough for a reader beside another; the rest of the machine is for writes.
constexpr int kDetailsThreads = 2;
// Some thousand estimates of 20 treatments with their splits.
constexpr size_t kDetailsCacheBytes = size_t{64} << 20;

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream contents;
  contents << file.rdbuf();
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  return contents.str();
}

absl::StatusOr<Authenticator> ReadTokenFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string contents, ReadFile(path));
  return Authenticator::FromTokenFile(contents, path);
}

absl::StatusOr<Authenticator> MakeAuthenticator(const ServerOptions& options) {
  return options.token_file.empty() ? Authenticator::Anyone(options.local_actor)
                                    : ReadTokenFile(options.token_file);
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeCredentials(
    const ServerOptions& options) {
  if (options.tls_cert.empty()) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  ASSIGN_OR_RETURN(pair.cert_chain, ReadFile(options.tls_cert));
  ASSIGN_OR_RETURN(pair.private_key, ReadFile(options.tls_key));
  grpc::SslServerCredentialsOptions ssl;
  ssl.pem_key_cert_pairs.push_back(std::move(pair));
  return grpc::SslServerCredentials(ssl);
}

absl::Status CheckOptions(const ServerOptions& options) {
  if (options.data_dir.empty()) {
    return absl::InvalidArgumentError("the data directory is missing");
  }
  if (options.tls_cert.empty() != options.tls_key.empty()) {
    return absl::InvalidArgumentError(
        "TLS needs both a certificate (--tls-cert) and its key (--tls-key)");
  }
  if (options.most_watches < 1 || options.most_watches_of_an_actor < 1 ||
      options.watch_stall_limit < absl::Seconds(1)) {
    return absl::InvalidArgumentError(
        "at least one watch must be allowed, in all (--max-watches) and of an "
        "actor (--max-watches-of-an-actor), and a stall (--watch-stall) of 1 "
        "s");
  }
  if (options.listen.empty()) return absl::OkStatus();
  return CheckListenAddress(options.listen, !options.tls_cert.empty(),
                            !options.token_file.empty());
}

std::string OrElse(const std::string& value, const std::string& otherwise) {
  return value.empty() ? otherwise : value;
}

// Members are destroyed in reverse: services before what they use.
class ServerImpl final : public Server {
 public:
  explicit ServerImpl(std::string token_file)
      : token_file_(std::move(token_file)),
        pool_(std::max(4U, std::thread::hardware_concurrency())),
        details_pool_(kDetailsThreads) {}
  ~ServerImpl() override { Shutdown(); }

  absl::Status OpenData(const ServerOptions& options,
                        const v1::AccessSet& access);
  // Begins to ask witnesses, if there are any.
  absl::Status AskWitnesses(const ServerOptions& options);
  absl::Status Listen(const ServerOptions& options,
                      Authenticator authenticator);

  int port() const override { return port_; }
  const std::vector<std::string>& notices() const override { return notices_; }
  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    return grpc_->InProcessChannel(arguments);
  }
  absl::Status ReloadTokens() override;
  void Shutdown() override;

 private:
  absl::StatusOr<std::string> KeyPath(const ServerOptions& options,
                                      bool is_new);
  void OnWritableChange();
  void ReportHealth();
  void SetHealth(grpc::HealthCheckServiceInterface* health);

  const std::string token_file_;
  std::vector<std::string> notices_;
  // One reading of the token file after another.
  Mutex reload_mutex_;
  boost::asio::thread_pool pool_;
  boost::asio::thread_pool details_pool_;
  DetailsCache details_cache_{kDetailsCacheBytes};
  std::unique_ptr<storage::ReviewStore> store_;
  std::unique_ptr<storage::Anchor> anchor_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<ReviewRegistry> registry_;
  std::unique_ptr<CosignedCheckpoints> cosigned_;
  // Null without witnesses.
  std::unique_ptr<WitnessCollector> collector_;
  std::unique_ptr<KeyRotation> key_rotation_;
  std::unique_ptr<SystemLog> system_log_;
  std::unique_ptr<OverdueWatch> overdue_watch_;
  std::unique_ptr<RefusalLog> refusals_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<WriteService> write_service_;
  std::unique_ptr<ReadService> read_service_;
  std::unique_ptr<WatchService> watch_service_;
  std::unique_ptr<AuditService> audit_service_;
  std::unique_ptr<ExplainService> explain_service_;
  std::unique_ptr<AdminService> admin_service_;
  std::unique_ptr<grpc::Server> grpc_;
  // Of grpc_; null before it started and once it stops.
  Mutex health_mutex_;
  grpc::HealthCheckServiceInterface* health_ ABSL_GUARDED_BY(health_mutex_) =
      nullptr;
  int port_ = 0;
};

// A key that has signed must not begin the same logs anew: that would be a
// second history under their names. `is_new`: nothing was ever stored there.
absl::StatusOr<std::string> ServerImpl::KeyPath(const ServerOptions& options,
                                                bool is_new) {
  if (!options.key_path.empty()) return options.key_path;
  ASSIGN_OR_RETURN(const storage::KeyPlace place,
                   storage::FindKeyPlace(options.data_dir));
  ASSIGN_OR_RETURN(
      const bool has_key,
      storage::FileExists(*storage::OrDefault(nullptr), place.path));
  if (is_new && has_key) {
    return absl::FailedPreconditionError(absl::StrCat(
        options.data_dir, " is empty, but there is the key of its data, ",
        place.path,
        ": put the data back; or, if they were removed on purpose, move that "
        "key away, and a new one is made"));
  }
  if (!place.move_to.empty()) {
    const std::string directory = storage::DirectoryOf(place.move_to);
    notices_.push_back(absl::StrCat(
        "the signing key is among the data, so that a copy of them is a copy "
        "of the key; stop the server and move it: mkdir -m 700 ",
        directory, " && mv ", place.path, " ", directory, "/"));
  }
  return place.path;
}

absl::Status ServerImpl::OpenData(const ServerOptions& options,
                                  const v1::AccessSet& access) {
  const auto file_system = storage::OrDefault(options.file_system);
  storage::AnchorOptions anchor;
  anchor.path =
      OrElse(options.anchor_path, absl::StrCat(options.data_dir, "/anchor"));
  anchor.file_system = options.file_system;
  storage::OpenOptions open;
  open.path = absl::StrCat(options.data_dir, "/db");
  open.file_system = options.file_system;
  // Before anything is made, and the store before a key.
  ASSIGN_OR_RETURN(const bool has_store,
                   storage::FileExists(*file_system, open.path));
  ASSIGN_OR_RETURN(const bool has_anchor,
                   storage::FileExists(*file_system, anchor.path));
  storage::KeyFileOptions key;
  ASSIGN_OR_RETURN(key.path, KeyPath(options, !has_store && !has_anchor));
  key.file_system = options.file_system;
  RETURN_IF_ERROR(storage::MakeDirectory(*file_system, options.data_dir));
  ASSIGN_OR_RETURN(store_, storage::ReviewStore::Open(open));
  RETURN_IF_ERROR(SystemLog::CheckIdIsFree(*store_));
  ASSIGN_OR_RETURN(const std::vector<std::string> reviews, store_->Reviews());

  // A new key beside old reviews would sign in a stranger's name.
  key.create_if_missing = reviews.empty();
  ASSIGN_OR_RETURN(const storage::KeyRing ring, storage::LoadKeyFile(key));

  anchor.must_exist = !reviews.empty();
  ASSIGN_OR_RETURN(anchor_, storage::Anchor::Open(anchor));

  committer_ = std::make_unique<Committer>(store_.get(), anchor_.get());
  registry_ = std::make_unique<ReviewRegistry>(
      LiveReviewEnvironment{store_.get(), committer_.get(), &pool_,
                            options.clock},
      anchor_.get(), ring);
  RETURN_IF_ERROR(registry_->LoadAll());
  key_rotation_ = std::make_unique<KeyRotation>(key, registry_.get());
  RETURN_IF_ERROR(key_rotation_->Finish());
  ASSIGN_OR_RETURN(system_log_, SystemLog::Create(registry_.get(), &pool_));
  RETURN_IF_ERROR(system_log_->RecordStart(access, !options.listen.empty()));
  overdue_watch_ = std::make_unique<OverdueWatch>(
      registry_.get(), &pool_, options.clock,
      absl::ToChronoMilliseconds(options.overdue_interval));
  overdue_watch_->Start();
  // Not of one that is damaged.
  const auto log = registry_->System();
  if (log.ok()) {
    notices_.push_back(absl::StrCat("signs as ", (*log)->vkey()));
  }
  return absl::OkStatus();
}

absl::Status ServerImpl::AskWitnesses(const ServerOptions& options) {
  // Without witnesses it serves what earlier ones cosigned.
  ASSIGN_OR_RETURN(cosigned_, CosignedCheckpoints::Open(
                                  absl::StrCat(options.data_dir, "/cosigned"),
                                  options.file_system));
  if (options.witnesses.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      collector_,
      WitnessCollector::Create(
          options.witnesses, registry_.get(), store_.get(), cosigned_.get(),
          absl::ToChronoMilliseconds(options.witness_interval),
          [](const std::string& message) {
            std::cerr << absl::StrCat("tidemarkd: ", message, "\n");
          }));
  collector_->Start();
  return absl::OkStatus();
}

absl::Status ServerImpl::Listen(const ServerOptions& options,
                                Authenticator authenticator) {
  refusals_ = std::make_unique<RefusalLog>(system_log_.get(), &pool_);
  admission_ =
      std::make_unique<Admission>(std::move(authenticator), refusals_.get());
  const ServiceContext context = {
      registry_.get(), admission_.get(), system_log_.get(),
      store_.get(),    &pool_,           &details_pool_,
      &details_cache_, anchor_.get(),    key_rotation_.get(),
      cosigned_.get(), options.clock};
  write_service_ = std::make_unique<WriteService>(context);
  read_service_ = std::make_unique<ReadService>(context);
  watch_service_ = std::make_unique<WatchService>(
      context,
      WatchLimits{options.most_watches, options.most_watches_of_an_actor,
                  absl::ToChronoMilliseconds(options.watch_stall_limit)});
  audit_service_ = std::make_unique<AuditService>(context);
  explain_service_ = std::make_unique<ExplainService>(context);
  admin_service_ = std::make_unique<AdminService>(context);

  registry_->OnHealthChange([this] { ReportHealth(); });
  committer_->OnChange([this] { OnWritableChange(); });
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMostReceivedBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMostMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kMostStreamsAConnection);
  // Windows stay at 64 KB, so that a stalled reader holds little memory here.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // A second server on the port must fail, not share it.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  if (!options.listen.empty()) {
    ASSIGN_OR_RETURN(const auto credentials, MakeCredentials(options));
    builder.AddListeningPort(options.listen, credentials, &port_);
  }
  builder.RegisterService(write_service_.get());
  builder.RegisterService(read_service_.get());
  builder.RegisterService(watch_service_.get());
  builder.RegisterService(audit_service_.get());
  builder.RegisterService(explain_service_.get());
  builder.RegisterService(admin_service_.get());
  grpc_ = builder.BuildAndStart();
  if (grpc_ == nullptr || (!options.listen.empty() && port_ == 0)) {
    return absl::UnavailableError(absl::StrCat(
        "cannot listen on ", options.listen,
        ": the port is taken or the address is not one of this machine"));
  }
  SetHealth(grpc_->GetHealthCheckService());
  ReportHealth();
  return absl::OkStatus();
}

// Who lost a right must not wait for the disk: the log is last.
absl::Status ServerImpl::ReloadTokens() {
  if (token_file_.empty()) {
    return absl::FailedPreconditionError("the server has no token file");
  }
  MutexLock lock(&reload_mutex_);
  ASSIGN_OR_RETURN(Authenticator authenticator, ReadTokenFile(token_file_));
  const v1::AccessSet access = authenticator.Access();
  admission_->Replace(std::move(authenticator));
  watch_service_->Recheck();
  return system_log_->RecordAccess(access);
}

// On the committer's thread, which must not load reviews.
void ServerImpl::OnWritableChange() {
  ReportHealth();
  boost::asio::post(pool_, [this] {
    registry_->ReloadBroken();
    ReportHealth();
  });
}

void ServerImpl::SetHealth(grpc::HealthCheckServiceInterface* health) {
  MutexLock lock(&health_mutex_);
  health_ = health;
}

void ServerImpl::ReportHealth() {
  // Held to the end: with the gRPC server its health service goes.
  MutexLock lock(&health_mutex_);
  grpc::HealthCheckServiceInterface* const health = health_;
  if (health == nullptr) return;
  const bool writable = committer_->write_error().ok();
  health->SetServingStatus(writable && registry_->healthy());
  health->SetServingStatus("tidemark.v1.WriteService", writable);
  for (const char* service :
       {"tidemark.v1.ReadService", "tidemark.v1.WatchService",
        "tidemark.v1.AuditService", "tidemark.v1.ExplainService",
        "tidemark.v1.AdminService"}) {
    health->SetServingStatus(service, true);
  }
}

// Every call must finish, or gRPC's Shutdown would never return: watches end
// themselves, writes are answered by the committer, reads by the pools, refused
// calls once they are logged. The committer still posts to pool_, so that is
// joined last, and until then its reviews may ask the committer.
void ServerImpl::Shutdown() {
  if (collector_ != nullptr) collector_->Stop();
  if (overdue_watch_ != nullptr) overdue_watch_->Stop();
  if (grpc_ != nullptr) {
    if (auto* const health = grpc_->GetHealthCheckService()) {
      SetHealth(nullptr);
      health->Shutdown();
    }
    watch_service_->Shutdown(kWatchPatience);
    refusals_->Flush();
    grpc_->Shutdown(std::chrono::system_clock::now() + kCallPatience);
    grpc_.reset();
    refusals_->Flush();
  }
  // What an operator began waits for the committer.
  admin_service_.reset();
  details_pool_.join();
  if (committer_ != nullptr) committer_->Stop();
  pool_.join();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(Authenticator authenticator, MakeAuthenticator(options));
  auto server = std::make_unique<ServerImpl>(options.token_file);
  RETURN_IF_ERROR(server->OpenData(options, authenticator.Access()));
  RETURN_IF_ERROR(server->AskWitnesses(options));
  RETURN_IF_ERROR(server->Listen(options, std::move(authenticator)));
  return server;
}

}  // namespace tidemark::server
