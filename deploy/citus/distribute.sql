-- Moves a CSPU database onto a Citus cluster: run once, by the owner, after the migrations.
--
-- NOT TRIED ON CITUS by this project: Citus is in no package registry, so no test runs it. What the
-- tests hold is that the schema keeps the rules it needs, and that every table is named here
-- (tests/test_portability.py). Try it on a copy first.
--
--     psql -v ON_ERROR_STOP=1 -f distribute.sql
--
-- The cluster's own settings, in postgresql.conf of every node:
--     citus.propagate_set_commands = 'local'
--     citus.enable_unsafe_triggers = on
--     citus.enable_local_reference_table_foreign_keys = off   (while migrating)
--
-- Note [slots follow persons]. ledger.slot_of must give a slot that lives on the same shard as the
-- person, so that one person's act touches one shard. The one of the migrations takes the first two
-- figures of the person's id; on a cluster, replace it by one that gives a fixed id of each shard:
-- make a table of one id per shard (draw ids until get_shard_id_for_distribution_column has
-- covered every shard of ledger.account), make it a reference table, and look the shard up by the
-- hash range that holds hashuuid of the person; and ledger.slot_number, by which persons are grouped into slots, by a number
-- of that id. A batch is sealed in the lane of its first person's slot, which must be there: make one of each of these ids, as
-- the migrations do of theirs (INSERT INTO ledger.lane SELECT id, 0, uuid_send(id)). Do it before the first transfer, or with the
-- ledger closed and the slots summed anew: totals per counter-account do not change, where they lie does.

-- Note [the seal on every node]. The key that proves a sight (people/sql/0002) is a large object, which Citus does not
-- copy: put the coordinator's, byte for byte, on every worker with run_command_on_workers. What the seal is bound to, the
-- id of the transaction, differs from node to node: replace pg_current_xact_id_if_assigned() in kernel.seal by
-- get_current_transaction_id(), which a distributed transaction shares.

SET citus.multi_shard_modify_mode = 'sequential';

BEGIN;

-- Distributing a table sends its rows through its insert triggers again.
ALTER TABLE economy.act DISABLE TRIGGER USER;
ALTER TABLE economy.call DISABLE TRIGGER USER;
ALTER TABLE economy.call_end DISABLE TRIGGER USER;
ALTER TABLE economy.crossing DISABLE TRIGGER USER;
ALTER TABLE economy.crossing_end DISABLE TRIGGER USER;
ALTER TABLE economy.verdict DISABLE TRIGGER USER;
ALTER TABLE economy.exchange DISABLE TRIGGER USER;
ALTER TABLE economy.exchange_move DISABLE TRIGGER USER;
ALTER TABLE economy.gift_agreement DISABLE TRIGGER USER;
ALTER TABLE economy.need DISABLE TRIGGER USER;
ALTER TABLE economy.notice DISABLE TRIGGER USER;
ALTER TABLE economy.notice_end DISABLE TRIGGER USER;
ALTER TABLE economy.message_refused DISABLE TRIGGER USER;
ALTER TABLE economy.quote DISABLE TRIGGER USER;
ALTER TABLE ledger.follow DISABLE TRIGGER USER;
ALTER TABLE entitlement.debt DISABLE TRIGGER USER;
ALTER TABLE entitlement.debt_move DISABLE TRIGGER USER;
ALTER TABLE ledger.account DISABLE TRIGGER USER;
ALTER TABLE ledger.batch DISABLE TRIGGER USER;
ALTER TABLE ledger.hold DISABLE TRIGGER USER;
ALTER TABLE ledger.hold_end DISABLE TRIGGER USER;
ALTER TABLE ledger.lane DISABLE TRIGGER USER;
ALTER TABLE ledger.slot DISABLE TRIGGER USER;
ALTER TABLE ledger.transfer DISABLE TRIGGER USER;
ALTER TABLE lifecourse.attribute DISABLE TRIGGER USER;
ALTER TABLE lifecourse.event DISABLE TRIGGER USER;
ALTER TABLE lifecourse.measure DISABLE TRIGGER USER;
ALTER TABLE lifecourse.spell DISABLE TRIGGER USER;
ALTER TABLE people.merge_log DISABLE TRIGGER USER;
ALTER TABLE trust.access DISABLE TRIGGER USER;
ALTER TABLE trust.access_head DISABLE TRIGGER USER;
ALTER TABLE trust.consent DISABLE TRIGGER USER;
ALTER TABLE trust.correction DISABLE TRIGGER USER;
ALTER TABLE trust.correction_move DISABLE TRIGGER USER;
ALTER TABLE trust.document DISABLE TRIGGER USER;
ALTER TABLE trust.grievance DISABLE TRIGGER USER;
ALTER TABLE trust.grievance_move DISABLE TRIGGER USER;
ALTER TABLE trust.mandate DISABLE TRIGGER USER;
ALTER TABLE trust.proof DISABLE TRIGGER USER;
ALTER TABLE trust.request DISABLE TRIGGER USER;
ALTER TABLE trust.factor_allowed DISABLE TRIGGER USER;
ALTER TABLE trust.factor_end DISABLE TRIGGER USER;
ALTER TABLE trust.treatment DISABLE TRIGGER USER;
ALTER TABLE trust.treatment_head DISABLE TRIGGER USER;

-- Small, the same everywhere.
SELECT create_reference_table('ledger.unit');
SELECT create_reference_table('economy.conversion');
SELECT create_reference_table('economy.community');
SELECT create_reference_table('economy.employed_as');
SELECT create_reference_table('economy.gift_agreement');
SELECT create_reference_table('economy.gift_pair');
SELECT create_reference_table('economy.gift_rule');
SELECT create_reference_table('economy.need_kind');
SELECT create_reference_table('economy.partner');
SELECT create_reference_table('economy.point_value');
SELECT create_reference_table('economy.pot');
SELECT create_reference_table('economy.payee');
SELECT create_reference_table('economy.top_up_rule');
SELECT create_reference_table('economy.use_rule');
SELECT create_reference_table('economy.recovery');
SELECT create_reference_table('economy.seizable');
SELECT create_reference_table('law.edition');
SELECT create_reference_table('law.region_text');
SELECT create_reference_table('law.right_text');
SELECT create_reference_table('entitlement.horizon');
SELECT create_reference_table('people.organisation');
SELECT create_reference_table('trust.agent');
SELECT create_reference_table('trust.second_factor');
SELECT create_reference_table('trust.session_limit');
SELECT create_reference_table('trust.factor_allowed');
SELECT create_reference_table('trust.factor_end');
SELECT create_reference_table('trust.factor_limit');
SELECT create_reference_table('trust.treatment');
SELECT create_reference_table('trust.treatment_head');
SELECT create_reference_table('trust.secrecy');
SELECT create_reference_table('trust.scope');
SELECT create_reference_table('trust.kind');
SELECT create_reference_table('trust.legal_basis');
SELECT create_reference_table('trust.role');
SELECT create_reference_table('trust.view');
SELECT create_reference_table('trust.purpose');
SELECT create_reference_table('trust.purpose_role');
SELECT create_reference_table('trust.purpose_term');
SELECT create_reference_table('trust.theme');
SELECT create_reference_table('trust.theme_scope');
SELECT create_reference_table('trust.mandate_duration');

-- Everything of a person, with the person.
SELECT create_distributed_table('people.person', 'person_id', colocate_with => 'none');
SELECT create_distributed_table('people.identity', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('people.merge_log', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('lifecourse.course', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('lifecourse.spell', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('lifecourse.measure', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('lifecourse.attribute', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('lifecourse.event', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.account', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.transfer', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.batch', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('entitlement.computed', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('entitlement.debt', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('entitlement.debt_move', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.act', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.call', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.call_end', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.care', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.crossing', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.crossing_end', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.helped_month', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.need', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.notice', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.notice_end', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.follow', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('economy.quote', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.hold', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.hold_end', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('entitlement.settled', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('employers.exposure_statement', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.access', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.access_head', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.consent', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.correction', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.correction_move', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.document', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.file', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.grievance', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.grievance_move', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.mandate', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.proof', 'person_id', colocate_with => 'people.person');
SELECT create_distributed_table('trust.request', 'person_id', colocate_with => 'people.person');

-- The other side of transfers, with the persons whose slot it is.
SELECT create_distributed_table('ledger.lane', 'lane_id', colocate_with => 'people.person');
SELECT create_distributed_table('ledger.slot', 'slot_id', colocate_with => 'people.person');

-- Unique over all persons, or about documents: each by its own key.
SELECT create_distributed_table('economy.call_code', 'code_hash', colocate_with => 'none');
SELECT create_distributed_table('economy.exchange', 'exchange_id', colocate_with => 'none');
SELECT create_distributed_table('economy.exchange_move', 'exchange_id', colocate_with => 'none');
SELECT create_distributed_table('economy.verdict', 'verdict_id', colocate_with => 'none');
SELECT create_distributed_table('people.nir_index', 'blind_index', colocate_with => 'none');
SELECT create_distributed_table('people.ntt_index', 'blind_index', colocate_with => 'people.nir_index');
SELECT create_distributed_table('lifecourse.source', 'source_id', colocate_with => 'none');
SELECT create_distributed_table('trust.attempt', 'bucket', colocate_with => 'none');
SELECT create_distributed_table('trust.code', 'code_hash', colocate_with => 'none');
SELECT create_distributed_table('trust.doubt', 'login_hash', colocate_with => 'none');
SELECT create_distributed_table('trust.proof_place', 'list_id', colocate_with => 'none');
SELECT create_distributed_table('trust.login', 'login_hash', colocate_with => 'none');
SELECT create_distributed_table('trust.session', 'token_hash', colocate_with => 'none');

-- Logs of documents and the queue of messages stay on the coordinator: who reads them joins no person, and takes what is due of all.
SELECT citus_add_local_table_to_metadata('economy.message');
SELECT citus_add_local_table_to_metadata('economy.message_refused');
SELECT citus_add_local_table_to_metadata('economy.refused_count');
SELECT citus_add_local_table_to_metadata('employers.delivery');
SELECT citus_add_local_table_to_metadata('employers.declaration');

ALTER TABLE economy.act ENABLE TRIGGER USER;
ALTER TABLE economy.call ENABLE TRIGGER USER;
ALTER TABLE economy.call_end ENABLE TRIGGER USER;
ALTER TABLE economy.crossing ENABLE TRIGGER USER;
ALTER TABLE economy.crossing_end ENABLE TRIGGER USER;
ALTER TABLE economy.verdict ENABLE TRIGGER USER;
ALTER TABLE economy.exchange ENABLE TRIGGER USER;
ALTER TABLE economy.exchange_move ENABLE TRIGGER USER;
ALTER TABLE economy.gift_agreement ENABLE TRIGGER USER;
ALTER TABLE economy.need ENABLE TRIGGER USER;
ALTER TABLE economy.notice ENABLE TRIGGER USER;
ALTER TABLE economy.notice_end ENABLE TRIGGER USER;
ALTER TABLE economy.message_refused ENABLE TRIGGER USER;
ALTER TABLE economy.quote ENABLE TRIGGER USER;
ALTER TABLE ledger.follow ENABLE TRIGGER USER;
ALTER TABLE entitlement.debt ENABLE TRIGGER USER;
ALTER TABLE entitlement.debt_move ENABLE TRIGGER USER;
ALTER TABLE ledger.account ENABLE TRIGGER USER;
ALTER TABLE ledger.batch ENABLE TRIGGER USER;
ALTER TABLE ledger.hold ENABLE TRIGGER USER;
ALTER TABLE ledger.hold_end ENABLE TRIGGER USER;
ALTER TABLE ledger.lane ENABLE TRIGGER USER;
ALTER TABLE ledger.slot ENABLE TRIGGER USER;
ALTER TABLE ledger.transfer ENABLE TRIGGER USER;
ALTER TABLE lifecourse.attribute ENABLE TRIGGER USER;
ALTER TABLE lifecourse.event ENABLE TRIGGER USER;
ALTER TABLE lifecourse.measure ENABLE TRIGGER USER;
ALTER TABLE lifecourse.spell ENABLE TRIGGER USER;
ALTER TABLE people.merge_log ENABLE TRIGGER USER;
ALTER TABLE trust.access ENABLE TRIGGER USER;
ALTER TABLE trust.access_head ENABLE TRIGGER USER;
ALTER TABLE trust.consent ENABLE TRIGGER USER;
ALTER TABLE trust.correction ENABLE TRIGGER USER;
ALTER TABLE trust.correction_move ENABLE TRIGGER USER;
ALTER TABLE trust.document ENABLE TRIGGER USER;
ALTER TABLE trust.grievance ENABLE TRIGGER USER;
ALTER TABLE trust.grievance_move ENABLE TRIGGER USER;
ALTER TABLE trust.mandate ENABLE TRIGGER USER;
ALTER TABLE trust.proof ENABLE TRIGGER USER;
ALTER TABLE trust.request ENABLE TRIGGER USER;
ALTER TABLE trust.factor_allowed ENABLE TRIGGER USER;
ALTER TABLE trust.factor_end ENABLE TRIGGER USER;
ALTER TABLE trust.treatment ENABLE TRIGGER USER;
ALTER TABLE trust.treatment_head ENABLE TRIGGER USER;

COMMIT;
